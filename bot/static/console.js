// What the pages cannot do by themselves: keep the stream, put changes in their place, and the keyboard.
// Without this script every form and link still works by plain requests.
(() => {
  "use strict";
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const live = find("#live");
  const narrow = matchMedia("(max-width: 1023px)");
  const version = () => Number(find("#version")?.value || find("#version")?.getAttribute("value") || 0);
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");

  // --- the stream of messages -------------------------------------------------------------------------------------
  let api;

  function put(stream, incoming) {
    const shown = document.getElementById(incoming.id);
    if (shown) {
      if (Number(shown.dataset.version) >= Number(incoming.dataset.version)) return null;
      const holder = document.createDocumentFragment();
      holder.append(incoming);
      api.morph(shown, holder, false);
      shown.classList.remove("changed");
      void shown.offsetWidth;
      shown.classList.add("changed");
      return shown;
    }
    const id = Number(incoming.dataset.id);
    const rest = [...stream.children];
    if (rest.length && id < Number(rest[0].dataset.id) && find("#earlier")) return null;
    const next = rest.find((one) => Number(one.dataset.id) > id);
    incoming.classList.add("fresh");
    stream.insertBefore(incoming, next || null);
    return incoming;
  }

  function markDays() {
    let day = "";
    for (const one of all("#stream > .msg")) {
      one.classList.toggle("first-of-day", one.dataset.day !== day);
      day = one.dataset.day;
    }
  }

  const talk = find("#talk");
  const jump = find("#jump");
  const atEnd = () => !talk || talk.scrollTop > -48;
  const toEnd = () => { if (talk) talk.scrollTop = 0; if (jump) jump.hidden = true; };

  htmx.registerExtension("console", {
    init: (internal) => { api = internal; },
    handle_swap: (style, target, fragment) => {
      if (style !== "upsert") return false;
      const wasAtEnd = atEnd();
      const put_in = [...fragment.children].map((one) => put(target, one)).filter(Boolean);
      markDays();
      if (put_in.some((one) => one.classList.contains("fresh"))) {
        if (wasAtEnd) toEnd(); else if (jump) jump.hidden = false;
      }
      return put_in;
    },
    // an unfolded 依据 stays unfolded when its card changes; classes of ours are not the server's to take
    htmx_before_morph_attr: (node, detail) => {
      if (detail.attrName === "open" && node.tagName === "DETAILS") return false;
      if (detail.attrName === "class" && node.classList?.contains("msg")) return false;
      return true;
    },
  });

  jump?.addEventListener("click", toEnd);
  talk?.addEventListener("scroll", () => { if (jump && atEnd()) jump.hidden = true; }, { passive: true });

  // --- live: a stream for the first windows of a browser, asking from time to time for the others ------------------
  // A browser opens six connections to one house at most; were they all streams, no window could send anything.
  const STREAMS = 4;
  const ASK_EVERY = 1000;
  const SILENT = 45000;
  let heard = Date.now();
  let connection = null;
  let lineTimer = 0;

  function offline(is) {
    clearTimeout(lineTimer);
    const line = find("#offline");
    if (!line) return;
    if (!is) line.textContent = "";
    else if (!line.textContent) lineTimer = setTimeout(() => { line.textContent = "连接已断开，正在重连"; }, 700);
  }

  async function slot() {
    if (!navigator.locks) return true;
    for (let n = 0; n < STREAMS; n += 1) {
      const got = await new Promise((say) => {
        navigator.locks.request(`banshi-stream-${n}`, { ifAvailable: true }, (lock) => {
          say(Boolean(lock));
          return lock ? new Promise(() => {}) : undefined;
        });
      });
      if (got) return true;
    }
    return false;
  }

  function stream() {
    live.setAttribute("hx-sse:connect", `${live.dataset.events}?after=${version()}`);
    htmx.process(live);
  }

  async function ask() {
    if (!document.hidden) {
      try {
        await htmx.ajax("GET", `${live.dataset.changes}?after=${version()}`, { source: live, swap: "none" });
      } catch { offline(true); }
    }
    setTimeout(ask, ASK_EVERY);
  }

  function again() {
    offline(true);
    setTimeout(() => {
      delete live._htmx;
      stream();
    }, 1500);
  }

  live.addEventListener("htmx:sse:before:connection", (e) => {
    connection = e.detail.connection;
    if (connection.attempt > 0) offline(true);
  });
  live.addEventListener("htmx:sse:after:connection", () => { heard = Date.now(); offline(false); });
  live.addEventListener("htmx:sse:close", (e) => { if (e.detail.reason === "ended") again(); });
  live.addEventListener("htmx:sse:before:message", () => { heard = Date.now(); });
  live.addEventListener("htmx:sse:after:message", (e) => { if (!e.detail.message.event) refresh(); });
  live.addEventListener("reload", () => location.reload());
  live.addEventListener("htmx:error", () => { if (live.hasAttribute("hx-sse:connect") && !live._htmx?.sse) again(); });
  live.addEventListener("htmx:after:request", (e) => {
    if (live.hasAttribute("hx-sse:connect")) {
      if (e.detail.ctx.response.status >= 400) again();
    } else {
      offline(e.detail.ctx.response.status >= 400);
    }
  });
  setInterval(() => {
    if (connection && !document.hidden && Date.now() - heard > SILENT) { heard = Date.now(); connection.reader?.cancel(); }
  }, 5000);
  addEventListener("offline", () => offline(true));
  addEventListener("online", () => { connection?.reader?.cancel(); });

  // --- what stands beside the stream is fetched again when something changed ---------------------------------------
  let due = 0;
  let known = version();
  function refresh() {
    if (version() === known) return;
    known = version();
    if (!find("#stream")) all("[data-nav=talk]").forEach((link) => link.setAttribute("data-new", ""));
    clearTimeout(due);
    due = setTimeout(() => {
      for (const part of all("[data-refresh]")) {
        htmx.ajax("GET", part.dataset.refresh, { target: part, swap: "outerMorph", select: `#${part.id}` }).catch(() => {});
      }
    }, 60);
  }

  document.addEventListener("htmx:after:swap", () => { caseState(); refresh(); });
  document.addEventListener("htmx:config:request", (e) => {
    e.detail.ctx.request.headers["X-Console-Version"] = String(version());
  });

  // --- the open case: a column on a wide screen, a sheet on a narrow one -------------------------------------------
  let opener = null;
  let wasOpen = document.body.classList.contains("case-open");
  function caseState() {
    const panel = find("#side .case-panel");
    const open = Boolean(panel);
    document.body.classList.toggle("case-open", open);
    find("#middle").inert = open && narrow.matches && innerWidth < 640;
    all(".line[hx-get]").forEach((line) => {
      const mine = open && line.getAttribute("hx-get").includes(`/case/${encodeURIComponent(panel.dataset.case)}/`);
      if (mine) line.setAttribute("aria-current", "true"); else line.removeAttribute("aria-current");
    });
    if (open && !wasOpen && narrow.matches) find("#case-title")?.focus({ preventScroll: true });
    if (!open && wasOpen) (opener?.isConnected ? opener : find("#say"))?.focus({ preventScroll: true });
    wasOpen = open;
  }
  narrow.addEventListener("change", caseState);
  document.addEventListener("click", (e) => {
    const link = e.target.closest("[data-opens]");
    if (link) opener = link;
  });

  // --- forms: seen at once, one key per deed ------------------------------------------------------------------------
  document.addEventListener("htmx:before:request", (e) => {
    const { form, submitter } = e.detail.ctx.request;
    if (!form) return;
    form.classList.add("busy");
    form.setAttribute("aria-busy", "true");
    submitter?.classList.add("pressed");
  });

  function tell(form, words) {
    const place = find(form.getAttribute("hx-target") || "#answer");
    if (!place) return;
    const line = document.createElement("span");
    line.className = "bad";
    line.textContent = words;
    place.replaceChildren(line);
  }

  document.addEventListener("htmx:finally:request", (e) => {
    const { form, submitter } = e.detail.ctx.request;
    if (!form?.matches("[method=post]")) return;
    form.classList.remove("busy");
    form.removeAttribute("aria-busy");
    submitter?.classList.remove("pressed");
    const status = e.detail.ctx.response?.status;
    if (!status) { tell(form, "没有发出去：请检查网络，再按一次。已经收到的不会重复办理。"); return; }
    if (status >= 400) return;
    if (form.elements.key) form.elements.key.value = fresh();
    if (form.id === "composer") { form.elements.text.value = ""; unpick(); grow(); }
    answered(form);
  });

  function answered(form) {
    toEnd();
    const asked = find("#quick")?.dataset.expects || find("#quick button");
    if (!asked || form.id === "composer") return;
    if (narrow.matches && form.closest("#side")) find("#close-case")?.click();
    else if (!narrow.matches) find("#say")?.focus({ preventScroll: true });
  }

  // --- the input ----------------------------------------------------------------------------------------------------
  const composer = find("#composer");
  const say = find("#say");
  const picked = find("#picked");
  const chooser = composer?.elements.file;

  function grow() {
    if (say && !CSS.supports("field-sizing", "content")) say.rows = Math.min(8, say.value.split("\n").length);
  }
  function unpick() {
    if (!chooser) return;
    chooser.value = "";
    picked.hidden = true;
  }
  say?.addEventListener("input", grow);
  say?.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
    e.preventDefault();
    if (say.value.trim() || chooser.files.length) composer.requestSubmit();
  });
  chooser?.addEventListener("change", () => {
    const file = chooser.files[0];
    if (!file) { unpick(); return; }
    if (file.size > Number(chooser.dataset.limit)) {
      unpick();
      tell(composer, `「${file.name}」超过 10 MB，没有选上。请压缩后再传，或分成几份传。`);
      return;
    }
    find("span", picked).textContent = `${file.name}（${Math.max(1, Math.round(file.size / 1024))} KB）`;
    picked.hidden = false;
    say.focus();
  });
  find(".unpick")?.addEventListener("click", () => { unpick(); say.focus(); });

  // --- keyboard -----------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      const menu = find("details.who[open]");
      if (menu) { menu.open = false; find("summary", menu).focus(); } else find("#close-case")?.click();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    const list = step && document.activeElement?.closest(".lines, .people, .left, .tiles, .quick");
    if (!list) return;
    const stops = all("a:not(.window), button, summary", list).filter((one) => one.offsetParent !== null);
    const to = stops[stops.indexOf(document.activeElement) + step];
    if (to) { e.preventDefault(); to.focus(); }
  });
  document.addEventListener("click", (e) => {
    const menu = find("details.who[open]");
    if (menu && !menu.contains(e.target)) menu.open = false;
    if (e.target.closest("[data-print]")) window.print();
  });
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all(".case-page .long:not([open]), .case-page .clauses:not([open])");
    folded.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
  all("[data-print]").forEach((button) => { button.hidden = false; });

  markDays();
  caseState();
  if (say && !narrow.matches && !document.body.classList.contains("case-open")) say.focus({ preventScroll: true });
  slot().then((got) => (got ? stream() : setTimeout(ask, ASK_EVERY)));
})();
