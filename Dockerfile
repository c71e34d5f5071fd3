# The bot with its sample office; an office of one's own is mounted and named by OFFICE. compose.yaml adds the servers.
#   docker build -t banshi . && docker run -p 127.0.0.1:8080:8080 -v banshi:/data --name banshi banshi
#   docker exec banshi python -m bot bind Y022     a link to sign in by, for one person
FROM python:3.12-slim

RUN groupadd --system --gid 10001 banshi && useradd --system --uid 10001 --gid banshi --no-create-home banshi
WORKDIR /srv/banshi
COPY requirements/runtime.txt requirements/
# Wheels only: nothing is compiled, so no compiler is needed; pip goes when its work is done.
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements/runtime.txt && pip uninstall --yes pip
COPY LICENSE README.md pyproject.toml ./
COPY flows flows
COPY handlers handlers
COPY storage storage
COPY bot bot
COPY offices offices
# Uploads and the kept secret go to var/ where the database is on a server, beside the file where it is not.
RUN python -m compileall -q bot handlers flows storage && install -d -o banshi -g banshi /data && ln -s /data var

ENV DATABASE_URL=sqlite:////data/banshi.db HOST=0.0.0.0 PORT=8080 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
VOLUME /data
EXPOSE 8080
# http.client knows of no proxy: HTTPS_PROXY is for Telegram.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
