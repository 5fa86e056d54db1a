// What the page does in the browser: citations lead to their cards, conversations are kept here
// (localStorage, one list a user), answers are copied and exported. Foreign text is only ever set
// as textContent.
"use strict";

(() => {
  const MOST = 200;
  let language = "vi";
  let me = { user: "", logout: false };
  let current = null;
  let seen = "";
  let known = false; // who is asking
  let wanted = ""; // the conversation that this tab had open when it was loaded again
  let waiting = 0;

  const TEXTS = {
    vi: {
      new: "Cuộc trò chuyện mới", find: "Tìm trong các cuộc trò chuyện", save: "Lưu cuộc đang mở",
      earlier: "Các cuộc trò chuyện", none: "Chưa có cuộc trò chuyện nào được giữ trên máy này.",
      rename: "Đổi tên", remove: "Xóa", ask: "Tên mới", sure: "Xóa cuộc trò chuyện này?",
      copied: "Đã chép", sources: "Nguồn:", log: "Cuộc trò chuyện", submit: "Gửi", stop: "Dừng",
      up: "Câu trả lời tốt", down: "Câu trả lời chưa tốt", leave: "Đăng xuất",
      error: "Lỗi", lost: "Mất kết nối với máy chủ. Đang nối lại…",
    },
    en: {
      new: "New conversation", find: "Search conversations", save: "Save the open one",
      earlier: "Conversations", none: "No conversation is kept on this machine yet.",
      rename: "Rename", remove: "Delete", ask: "New name", sure: "Delete this conversation?",
      copied: "Copied", sources: "Sources:", log: "Conversation", submit: "Send", stop: "Stop",
      up: "Good answer", down: "Bad answer", leave: "Log out",
      error: "Error", lost: "The connection to the server was lost. Reconnecting…",
    },
  };
  const TOASTS = {
    Error: "error", "Connection to the server was lost. Attempting reconnection...": "lost",
  };
  const FORMS = { markdown: ".md", docx: ".docx" };
  const text = (name) => TEXTS[language][name];

  // --- kept conversations -------------------------------------------------------------------

  const shelf = () => `hoidap:${me.user}:conversations`;

  function kept() {
    try {
      const list = JSON.parse(localStorage.getItem(shelf()) || "[]");
      return Array.isArray(list) ? list : [];
    } catch {
      return [];
    }
  }

  function store(list) {
    for (let most = Math.min(list.length, MOST); most >= 0; most = Math.floor(most / 2)) {
      try {
        localStorage.setItem(shelf(), JSON.stringify(list.slice(0, most)));
        return;
      } catch {
        if (most === 0) return; // the browser keeps nothing: the page works without
      }
    }
  }

  // The page's own copy of the open conversation is a hidden field that the server fills.
  const field = (id) => document.querySelector(`#${id} textarea, #${id} input`);

  function fill(id, text) {
    const box = field(id);
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function look() {
    const box = field("hoidap-conversation");
    if (!box || box.value === seen) return;
    seen = box.value;
    try {
      keep(JSON.parse(seen));
    } catch {
      // half a value: the next change brings the whole one
    }
  }

  function keep(conversation) {
    if (conversation && conversation.turns.length > ((current && current.turns.length) || 0))
      followed = conversation.turns.length - 1;
    current = conversation;
    remember();
    if (conversation && conversation.id && conversation.turns.length) {
      const others = kept().filter((other) => other.id !== conversation.id);
      const known = kept().find((other) => other.id === conversation.id);
      store([{ ...conversation, title: (known && known.title) || conversation.title }, ...others]);
    }
    list();
  }

  // Gradio reloads the page when the server has been away; this tab then goes on where it was.
  const OPEN = "hoidap:open";

  function remember() {
    try {
      sessionStorage.setItem(OPEN, (current && current.id) || "");
    } catch {
      // nothing is kept: the conversation is still in the list, if that is
    }
  }

  function remembered() {
    try {
      return sessionStorage.getItem(OPEN) || "";
    } catch {
      return "";
    }
  }

  // Gradio shows its parts before it listens to them, and does not say when: asked until it answers.
  function reopen() {
    const there = field("hoidap-conversation") && document.getElementById("hoidap-open");
    if (!wanted || !known || waiting || !there) return;
    const open = kept().find((one) => one.id === wanted);
    if (!open || document.querySelector("#chat .user-row")) {
      wanted = "";
      return;
    }
    choose(open);
    waiting = setTimeout(() => {
      waiting = 0;
      reopen();
    }, 500);
  }

  const nameOf = (conversation) =>
    conversation.title || (conversation.turns[0] && conversation.turns[0].question) || "…";

  // Gradio's Markdown leaves no buttons or fields in, so the sidebar is made here.
  function furnish(place) {
    const search = element("input", { type: "search", placeholder: text("find") }, text("find"));
    search.addEventListener("input", list);
    const exports = element("p", { className: "save" });
    exports.append(element("span", { textContent: text("save") }));
    exports.append(...Object.keys(FORMS).map((form) => button(FORMS[form], () => save(form))));
    const conversations = element("ul", {}, text("earlier"));
    const fresh = button(text("new"), () => choose(null));
    place.append(fresh, exports, search, conversations, element("p", { className: "person" }));
    list();
  }

  function list() {
    const box = document.querySelector("#conversations ul");
    if (!box) return;
    const wanted = fold(document.querySelector("#conversations input").value);
    const all = kept();
    const rows = all.filter((one) => !wanted || fold(spoken(one)).includes(wanted)).map(row);
    const held = document.activeElement?.closest("#conversations li")?.dataset.id;
    box.replaceChildren(...rows);
    if (held) box.querySelector(`[data-id="${CSS.escape(held)}"] button`)?.focus();
    if (!all.length) box.append(element("li", { className: "quiet", textContent: text("none") }));
    for (const save of document.querySelectorAll("#conversations .save button"))
      save.disabled = !(current && current.turns.length);
    person();
  }

  const spoken = (conversation) =>
    [nameOf(conversation), ...conversation.turns.map((turn) => turn.question)].join(" ");

  function row(conversation) {
    const item = element("li");
    item.dataset.id = conversation.id;
    const open = button(nameOf(conversation), () => choose(conversation));
    if (current && current.id === conversation.id) open.setAttribute("aria-current", "true");
    const asked = new Date(conversation.turns[conversation.turns.length - 1].asked);
    if (!isNaN(asked)) open.append(element("small", { textContent: dated(asked) }));
    const rename = button("✎", () => renameIn(item, conversation), text("rename"));
    const remove = button("✕", () => {
      if (!window.confirm(text("sure"))) return;
      store(kept().filter((one) => one.id !== conversation.id));
      document.querySelector("#conversations input").focus();
      if (current && current.id === conversation.id) choose(null);
      list();
    }, text("remove"));
    item.append(open, rename, remove);
    return item;
  }

  function dated(day) {
    const today = day.toDateString() === new Date().toDateString();
    const form = today ? { timeStyle: "short" } : { dateStyle: "short" };
    return new Intl.DateTimeFormat(language === "vi" ? "vi" : "en-GB", form).format(day);
  }

  // The name becomes a field: Enter keeps what was typed, Escape the old name.
  function renameIn(item, conversation) {
    const box = element("input", { type: "text", value: nameOf(conversation) }, text("ask"));
    let done = false;
    const end = (title) => {
      if (done) return;
      done = true;
      if (title) store(kept().map((one) => (one.id === conversation.id ? { ...one, title } : one)));
      list();
    };
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault(); // else the same key would press the button that gets the focus
      end(event.key === "Enter" ? box.value.trim() : "");
    });
    box.addEventListener("blur", () => end(box.value.trim()));
    item.replaceChildren(box);
    box.select();
  }

  function person() {
    const box = document.querySelector("#conversations .person");
    box.replaceChildren();
    if (!me.user) return;
    box.append(element("span", { textContent: me.user }));
    if (me.logout) box.append(element("a", { href: "/logout", textContent: text("leave") }));
  }

  function element(tag, properties = {}, label = "") {
    const made = Object.assign(document.createElement(tag), properties);
    if (label) made.setAttribute("aria-label", label);
    return made;
  }

  function button(label, act, name = "") {
    const made = element("button", { type: "button", textContent: label, title: name }, name);
    made.addEventListener("click", act);
    return made;
  }

  const fold = (words) =>
    words.normalize("NFD").replace(/\p{Mn}/gu, "").replace(/đ/gi, "d").toLowerCase().trim();

  function choose(conversation) {
    current = conversation || { id: "", title: "", turns: [] };
    followed = current.turns.length - 1;
    if (current.id !== wanted) wanted = "";
    seen = JSON.stringify(current);
    remember();
    fill("hoidap-conversation", seen);
    document.getElementById("hoidap-open").click();
    if (!conversation) field("question").focus();
    list();
  }

  // --- answers ------------------------------------------------------------------------------

  // The newest question stands above its growing answer, until the reader looks at something else.
  let followed = -1;

  function follow() {
    const row = followed < 0 ? null : document.querySelectorAll("#chat .user-row")[followed];
    const box = row && row.closest(".panel-wrap");
    if (box) box.scrollTop += row.getBoundingClientRect().top - box.getBoundingClientRect().top;
  }

  function looksElsewhere(event) {
    if (!event.target.closest("#question")) followed = -1;
  }

  function show(id) {
    const target = document.getElementById(id);
    if (!target) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.tabIndex = -1;
    target.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "nearest" });
    target.focus({ preventScroll: true });
    target.classList.remove("lit");
    void target.offsetWidth; // restarts the animation
    target.classList.add("lit");
  }

  function plain(turn) {
    const answer = turn.answer;
    const lines = [turn.question, ""];
    const articles = new Map();
    if (answer.short) lines.push(answer.short, "");
    for (const claim of answer.claims) {
      const numbers = [...new Set(claim.citations.map((citation) => citation.number))];
      for (const citation of claim.citations) articles.set(citation.number, citation.article);
      lines.push(`${claim.text} ${numbers.map((number) => `[${number}]`).join("")}`);
    }
    if (articles.size) lines.push("", text("sources"));
    for (const number of [...articles.keys()].sort((a, b) => a - b)) {
      const { title, source, published, url, path } = articles.get(number);
      lines.push(`[${number}] ${[title, source, published, url || path].filter(Boolean).join(" · ")}`);
    }
    return lines.join("\n");
  }

  async function copy(place, link) {
    const turn = current && current.turns[place];
    if (!turn || !turn.answer) return;
    await navigator.clipboard.writeText(plain(turn));
    const label = link.textContent;
    link.textContent = text("copied");
    setTimeout(() => { link.textContent = label; }, 1500);
  }

  function narrow(place, number) {
    const turn = current && current.turns[place];
    if (!turn || !turn.answer) return;
    const citations = turn.answer.claims.flatMap((claim) => claim.citations);
    const found = citations.find((citation) => citation.number === number);
    if (!found) return;
    fill("hoidap-only", JSON.stringify({ id: found.article.id, title: found.article.title }));
    document.getElementById("hoidap-narrow").click();
    field("question").focus();
  }

  // Once more, without what was understood: what was taken back before stays so.
  function askAgain(place, changed) {
    const turn = current && current.turns[place];
    if (!turn) return;
    const { question, as_typed, read_filters } = turn;
    fill("hoidap-again", JSON.stringify({ question, as_typed, read_filters, ...changed }));
    document.getElementById("hoidap-ask-again").click();
  }

  async function save(form) {
    if (!current || !current.turns.length) return;
    const reply = await fetch(`/export/${form}?lang=${language}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(current),
    });
    if (!reply.ok) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await reply.blob());
    link.download = `hoi-dap${FORMS[form]}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function clicked(event) {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    const [what, place, number] = link.getAttribute("href").slice(1).split("-");
    const act = {
      card: () => show(`card-${place}-${number}`),
      answer: () => show(`answer-${place}`),
      copy: () => copy(Number(place), link),
      only: () => narrow(Number(place), Number(number)),
      without: () => askAgain(Number(place), { read_filters: false }),
      typed: () => askAgain(Number(place), { as_typed: true }),
      new: () => choose(null),
    }[what];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // Gradio labels every message with its raw source and every button in English; a screen reader
  // shall hear the sentences, in the language of the page.
  function tidy() {
    for (const message of document.querySelectorAll("#chat [data-testid][aria-label]"))
      message.removeAttribute("aria-label");
    for (const link of document.querySelectorAll("#masthead a[target]")) link.removeAttribute("target");
    for (const arrow of document.querySelectorAll("#chat .thought-group .arrow button")) {
      arrow.setAttribute("aria-hidden", "true");
      arrow.disabled = true; // it stands inside another button, which does the work
    }
    document.querySelector("#chat .examples[role=list]")?.removeAttribute("role");
    for (const example of document.querySelectorAll("#chat .example"))
      example.setAttribute("aria-label", example.textContent.trim());
    for (const toast of document.querySelectorAll(".toast-title, .toast-text")) {
      const said = TOASTS[toast.textContent.trim()];
      if (said && toast.textContent !== text(said)) toast.textContent = text(said);
    }
    const earlier = document.getElementById("earlier");
    const inside = earlier && earlier.querySelector(".sidebar-content");
    if (inside) inside.inert = !earlier.classList.contains("open"); // out of sight, out of reach
    const names = [
      ["#chat [role=log]", "log"], ["#question .submit-button", "submit"],
      ["#question .stop-button", "stop"], ["#earlier .toggle-button", "earlier"], ["#chat button[aria-label=Like]", "up"],
      ["#chat button[aria-label=Dislike]", "down"],
    ];
    for (const [selector, name] of names)
      for (const found of document.querySelectorAll(selector)) {
        found.setAttribute("aria-label", text(name));
        found.title = text(name);
      }
  }

  // Gradio builds the page after us and changes it when it likes.
  let due = false;
  function changed() {
    if (due) return;
    due = true;
    requestAnimationFrame(() => {
      due = false;
      const place = document.querySelector("#conversations:empty");
      if (place) furnish(place);
      look();
      reopen();
      follow();
      tidy();
    });
  }

  async function start() {
    wanted = remembered();
    language = location.pathname.startsWith("/en") ? "en" : "vi";
    document.documentElement.lang = language;
    document.addEventListener("click", clicked);
    for (const sign of ["wheel", "touchmove", "pointerdown", "keydown"])
      document.addEventListener(sign, looksElsewhere, { passive: true });
    new MutationObserver(changed).observe(document.body, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["class"],
    });
    changed();
    try {
      const reply = await fetch("/api/me");
      if (reply.ok) me = await reply.json();
    } catch {
      // nobody is known: the page works all the same
    }
    known = true;
    list();
    reopen();
  }

  // Gradio puts us into the head when it has begun, mostly after the document was read.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
