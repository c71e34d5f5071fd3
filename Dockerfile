# The bot with its sample office; an office of one's own is mounted and named by OFFICE.
#   docker build -t banshi . && docker run -p 127.0.0.1:8080:8080 -v banshi:/data --name banshi banshi
#   docker exec banshi python -m bot bind Y022     a link to sign in by, for one person
FROM python:3.12-slim

RUN useradd --system --uid 10001 --no-create-home banshi && install -d -o banshi -g banshi /data
WORKDIR /srv/banshi
COPY requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/runtime.txt
COPY LICENSE README.md pyproject.toml ./
COPY flows flows
COPY handlers handlers
COPY storage storage
COPY bot bot
COPY offices offices
RUN python -m compileall -q bot handlers flows storage

ENV DATABASE_URL=sqlite:////data/banshi.db HOST=0.0.0.0 PORT=8080 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER banshi
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/readyz\", timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
