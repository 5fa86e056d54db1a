// What the page does in the browser: citations lead to their cards, conversations are kept here
// (localStorage, one list a user), answers are copied and exported. Foreign text is only ever set
// as textContent.
"use strict";

(() => {
  const MOST = 200;
  let language = "vi";
  let user = "";
  let current = null;
  let seen = "";

  const TEXTS = {
    vi: {
      new: "Cuộc trò chuyện mới", find: "Tìm trong các cuộc trò chuyện", markdown: "Lưu .md",
      docx: "Lưu .docx", earlier: "Các cuộc trò chuyện",
      rename: "Đổi tên", remove: "Xóa", ask: "Tên mới", sure: "Xóa cuộc trò chuyện này?",
      copied: "Đã chép", sources: "Nguồn:", log: "Cuộc trò chuyện", submit: "Gửi", stop: "Dừng",
      up: "Câu trả lời tốt", down: "Câu trả lời chưa tốt",
    },
    en: {
      new: "New conversation", find: "Search conversations", markdown: "Save .md",
      docx: "Save .docx", earlier: "Conversations",
      rename: "Rename", remove: "Delete", ask: "New name", sure: "Delete this conversation?",
      copied: "Copied", sources: "Sources:", log: "Conversation", submit: "Send", stop: "Stop",
      up: "Good answer", down: "Bad answer",
    },
  };
  const text = (name) => TEXTS[language][name];

  // --- kept conversations -------------------------------------------------------------------

  const shelf = () => `hoidap:${user}:conversations`;

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
    current = conversation;
    if (conversation && conversation.id && conversation.turns.length) {
      const others = kept().filter((other) => other.id !== conversation.id);
      const known = kept().find((other) => other.id === conversation.id);
      store([{ ...conversation, title: (known && known.title) || conversation.title }, ...others]);
    }
    list();
  }

  const nameOf = (conversation) =>
    conversation.title || (conversation.turns[0] && conversation.turns[0].question) || "…";

  // Gradio's Markdown leaves no buttons or fields in, so the sidebar is made here.
  function furnish(place) {
    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = text("find");
    search.setAttribute("aria-label", text("find"));
    search.addEventListener("input", list);
    const conversations = document.createElement("ul");
    conversations.setAttribute("aria-label", text("earlier"));
    const exports = document.createElement("p");
    exports.append(...["markdown", "docx"].map((form) => button(text(form), () => save(form))));
    place.append(button(text("new"), () => choose(null)), search, conversations, exports);
    list();
  }

  function list() {
    const box = document.querySelector("#conversations ul");
    if (!box) return;
    const wanted = fold(document.querySelector("#conversations input").value);
    box.replaceChildren();
    for (const conversation of kept()) {
      const words = [nameOf(conversation), ...conversation.turns.map((turn) => turn.question)];
      if (wanted && !fold(words.join(" ")).includes(wanted)) continue;
      box.append(row(conversation));
    }
  }

  function row(conversation) {
    const item = document.createElement("li");
    const open = button(nameOf(conversation), () => choose(conversation));
    if (current && current.id === conversation.id) open.setAttribute("aria-current", "true");
    const rename = button("✎", () => {
      const title = window.prompt(text("ask"), nameOf(conversation));
      if (title === null) return;
      store(kept().map((one) => (one.id === conversation.id ? { ...one, title } : one)));
      list();
    }, text("rename"));
    const remove = button("✕", () => {
      if (!window.confirm(text("sure"))) return;
      store(kept().filter((one) => one.id !== conversation.id));
      if (current && current.id === conversation.id) choose(null);
      list();
    }, text("remove"));
    item.append(open, rename, remove);
    return item;
  }

  function button(label, act, name) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    if (name) {
      made.title = name;
      made.setAttribute("aria-label", name);
    }
    made.addEventListener("click", act);
    return made;
  }

  const fold = (words) =>
    words.normalize("NFD").replace(/\p{Mn}/gu, "").replace(/đ/gi, "d").toLowerCase().trim();

  function choose(conversation) {
    current = conversation || { id: "", title: "", turns: [] };
    seen = JSON.stringify(current);
    fill("hoidap-conversation", seen);
    document.getElementById("hoidap-open").click();
    list();
  }

  // --- answers ------------------------------------------------------------------------------

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
    fill("hoidap-narrow", JSON.stringify({ id: found.article.id, title: found.article.title }));
    document.getElementById("hoidap-only").click();
    const box = document.querySelector("#question textarea");
    if (box) box.focus();
  }

  // Once more, without the filters that the question names.
  function askAgain(place) {
    const turn = current && current.turns[place];
    if (!turn) return;
    fill("hoidap-again", turn.question);
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
    link.download = form === "docx" ? "hoi-dap.docx" : "hoi-dap.md";
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
      without: () => askAgain(Number(place)),
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
      tidy();
    });
  }

  async function start() {
    language = location.pathname.startsWith("/en") ? "en" : "vi";
    document.documentElement.lang = language;
    document.addEventListener("click", clicked);
    new MutationObserver(changed).observe(document.body, {
      childList: true, subtree: true, attributes: true, attributeFilter: ["class"],
    });
    changed();
    try {
      user = (await (await fetch("/api/me")).json()).user || "";
    } catch {
      user = "";
    }
    list();
  }

  // Gradio puts us into the head when it has begun, mostly after the document was read.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
