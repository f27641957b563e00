// What a script adds to pages that work without one: one step at a time, answers that come by themselves,
// sliders that redraw. Nothing is kept anywhere unless the person ticks the box, and then only in this tab.

const byId = (name) => document.getElementById(name);
document.documentElement.classList.add("scripted");

// ---- The questions

const form = byId("case");
const DRAFT = "epsom-draft";

function entries() {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && value !== "" && name);
}

function keepDraft() {
  const box = byId("keep");
  if (!box.checked) return;
  sessionStorage.setItem(DRAFT, JSON.stringify(entries()));
  byId("kept").textContent = "Kept in this tab.";
}

function fill(pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, value);
  for (const field of form.elements) {
    if (!field.name || field.type === "submit") continue;
    if (field.type === "radio") field.checked = values.get(field.name) === field.value || (field.value === "" && !values.has(field.name));
    else if (field.type === "checkbox") field.checked = values.has(field.name);
    else if (values.has(field.name)) field.value = values.get(field.name);
    if (values.get(field.name) && field.closest("details")) field.closest("details").open = true;
  }
}

function draft() {
  const box = byId("keep");
  const stored = sessionStorage.getItem(DRAFT);
  const fresh = location.pathname === "/";
  if (stored) {
    box.checked = true;
    if (fresh) {
      fill(JSON.parse(stored));
      byId("kept").textContent = "Filled in from this tab.";
    } else keepDraft();
  }
  box.addEventListener("change", () => {
    if (box.checked) return keepDraft();
    sessionStorage.removeItem(DRAFT);
    byId("kept").textContent = "Nothing is kept.";
  });
  form.addEventListener("change", keepDraft);
}

function stepped() {
  const steps = [...form.querySelectorAll(".step")];
  const links = [...document.querySelectorAll(".steps a")];
  const go = form.querySelector(".go");
  const ask = go.querySelector(".main");
  const button = (text, kind, move) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = kind;
    made.textContent = text;
    made.addEventListener("click", move);
    return made;
  };
  let at = 0;
  const back = button("Back", "plain back", () => show(at - 1, true));
  const next = button("Next", "main", () => show(at + 1, true));
  go.prepend(back, next);
  form.classList.add("stepped");

  function show(place, moved) {
    at = Math.max(0, Math.min(place, steps.length - 1));
    steps.forEach((step, number) => { step.hidden = number !== at; });
    links.forEach((link, number) => {
      link.classList.toggle("passed", number < at);
      if (number === at) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    const last = at === steps.length - 1;
    back.hidden = at === 0;
    document.body.classList.toggle("begun", at > 0);
    next.hidden = last;
    ask.classList.toggle("main", last);
    ask.classList.toggle("plain", !last);
    if (moved) {
      history.replaceState(null, "", `#step-${at + 1}`);
      steps[at].querySelector("h2").focus();
      scrollTo(0, document.querySelector(".steps").offsetTop - 8);
      now();
    }
  }

  const stepOf = (node) => steps.findIndex((step) => step.contains(node));
  links.forEach((link, number) => link.addEventListener("click", (event) => { event.preventDefault(); show(number, true); }));
  form.addEventListener("keydown", (event) => {
    const typed = event.target.matches("input:not([type=checkbox],[type=radio])");
    if (event.key === "Enter" && typed && at < steps.length - 1) { event.preventDefault(); show(at + 1, true); }
  });
  document.querySelectorAll(".faults a").forEach((link) => link.addEventListener("click", (event) => {
    const field = byId(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    show(stepOf(field));
    if (field.closest("details")) field.closest("details").open = true;
    field.focus();
  }));
  const wrong = form.querySelector("[aria-invalid=true]");
  const named = location.hash.match(/^#step-(\d)$/);
  show(wrong ? stepOf(wrong) : named ? Number(named[1]) - 1 : 0);
}

// What the rules say so far: asked again when a warning sign is ticked and when a step is left.
let telling = null;
async function now() {
  const data = new FormData(form);
  if (!data.get("age") || !data.get("sex")) return;
  telling?.abort();
  telling = new AbortController();
  try {
    const answer = await fetch("/now", { method: "POST", body: new URLSearchParams(data), signal: telling.signal });
    const text = answer.ok ? await answer.text() : "";
    if (byId("now").innerHTML.trim() !== text.trim()) byId("now").innerHTML = text;
  } catch (error) {
    if (error.name !== "AbortError") byId("now").textContent = "";
  }
}

async function readLabel(field) {
  const prefix = field.dataset.label;
  const says = byId(`${prefix}label-says`);
  if (!field.value.trim()) { says.textContent = ""; return; }
  const answer = await fetch("/label", { method: "POST", body: new URLSearchParams({ label: field.value }) });
  if (!answer.ok) return;
  const read = await answer.json();
  const put = (name, value) => { const into = byId(prefix + name); if (value && into) into.value = value; };
  put("form", read.form);
  put("dose", read.dose);
  put("times", read.times_per_day);
  for (const radio of form.elements[`${prefix}dose_of`]) if (read.dose) radio.checked = radio.value === read.dose_of;
  says.textContent = read.says;
  if (read.asks) {
    const question = document.createElement("strong");
    question.textContent = read.asks;
    says.append(question);
  }
  keepDraft();
}

if (form) {
  const today = byId("asked_on");
  const clock = new Date();
  if (location.pathname === "/" && today) {
    today.value = new Date(clock - clock.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  }
  draft();
  stepped();
  form.addEventListener("change", (event) => { if (event.target.name?.startsWith("flag")) now(); });
  document.querySelectorAll("[data-label]").forEach((field) => field.addEventListener("change", () => readLabel(field)));
}
document.querySelector("[data-focus]")?.focus();

// ---- Waiting for an answer

const wait = document.querySelector("[data-wait]");

async function watch() {
  const doing = wait.querySelector(".doing");
  let answer;
  try {
    answer = await fetch(wait.dataset.wait);
  } catch {
    doing.textContent = "The computer that runs this page does not answer. Trying again.";
    setTimeout(watch, 2000);
    return;
  }
  if (answer.status === 410) {
    doing.textContent = "The computer was started anew and holds nothing. Press “Change what I entered” and ask again: it is all still on this page.";
    wait.querySelector(".turning")?.remove();
    return;
  }
  const state = answer.ok ? await answer.json() : null;
  const shown = wait.dataset.shown === "" ? null : Number(wait.dataset.shown);
  if (state && (state.failed || (state.shown !== null && shown === null))) { location.reload(); return; }
  if (state && state.shown !== shown) { offer(doing); return; }
  if (state && state.ended) { wait.remove(); return; }
  if (state && shown === null) {
    if (doing.textContent !== state.doing) doing.textContent = state.doing;
    const bar = wait.querySelector("progress");
    if (bar) bar.value = state.done;
  }
  setTimeout(watch, shown === null ? 300 : 1000);
}

// A page does not change under a reader: the finer answer is offered.
function offer(doing) {
  doing.textContent = "A finer answer is ready.";
  const button = document.createElement("button");
  button.className = "plain";
  button.textContent = "Show it";
  button.addEventListener("click", () => location.reload());
  wait.append(button);
}
if (wait) setTimeout(watch, 200);

// ---- Sliders

const change = document.querySelector("[data-compare]");
let comparing = null;
let soon = 0;

async function compare() {
  const into = byId("forecast");
  comparing?.abort();
  comparing = new AbortController();
  into.setAttribute("aria-busy", "true");
  byId("comparing").textContent = "Running …";
  try {
    const answer = await fetch(change.action.split("#")[0], {
      method: "POST", body: new URLSearchParams(new FormData(change)), signal: comparing.signal,
      headers: { "x-fragment": "yes" },
    });
    if (answer.ok) into.innerHTML = await answer.text();
    byId("comparing").textContent = answer.ok ? "Drawn anew." : "This could not be run. The answer may be gone; ask again.";
    into.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name === "AbortError") return;
    byId("comparing").textContent = "This could not be run.";
    into.removeAttribute("aria-busy");
  }
}

if (change) {
  change.addEventListener("input", (event) => {
    const shown = change.querySelector(`output[for="${event.target.id}"]`);
    if (shown) shown.textContent = event.target.value;
    clearTimeout(soon);
    soon = setTimeout(compare, 120);
  });
  change.addEventListener("submit", (event) => { event.preventDefault(); compare(); });
}

// ---- Sources are folded; a reference opens them.

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#source-']");
  const folded = link && byId(link.hash.slice(1))?.closest("details");
  if (folded) folded.open = true;
});
