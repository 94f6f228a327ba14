"use strict";

// The page of the sandbox: polls the control API and shows it. Text is only ever set as text.

const POLL_MS = 1000;
const ROWS_MAX = 50;
const WORDS = {
  good: /^(COMPLETE|ACTIVE|active|executed|filled|payment_processed|passed|2\d\d|yes)$/,
  bad: /^(FAILED|DENIED|STUCK|REJECTED|failed|rejected|refused|RETURNED|manual_review|[45]\d\d|lost|no)$/,
};

async function call(method, path, body) {
  const answer = await fetch(path, { method, body: body && JSON.stringify(body) });
  const content = await answer.json();
  if (!answer.ok) throw new Error(`${content.error.field}: ${content.error.message}`);
  return content;
}

function element(name, text, classes = "") {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (classes) made.className = classes;
  return made;
}

function classOf(text, column) {
  if (column.startsWith("#")) return "amount";
  return Object.keys(WORDS).find((name) => WORDS[name].test(text)) ?? "";
}

// Columns that begin with # hold amounts. A cell may be an element.
function table(id, columns, rows, total = rows.length) {
  const place = document.getElementById(id);
  if (!rows.length) {
    place.replaceChildren(element("p", "nothing yet", "none"));
    return;
  }
  const made = element("table");
  const head = made.createTHead().insertRow();
  for (const column of columns) {
    head.append(element("th", column.replace("#", ""), classOf("", column)));
  }
  const body = made.createTBody();
  for (const cells of rows.slice(0, ROWS_MAX)) {
    const row = body.insertRow();
    cells.forEach((cell, index) => {
      const text = cell instanceof Node ? "" : String(cell ?? "");
      const td = element("td", text, classOf(text, columns[index]));
      if (cell instanceof Node) td.append(cell);
      td.title = text;
      row.append(td);
    });
  }
  place.replaceChildren(made);
  if (total > ROWS_MAX) place.append(element("p", `the newest of ${total}`, "none"));
}

const short = (text) => (text && text.length > 14 ? `${text.slice(0, 8)}…${text.slice(-4)}` : text);

function showBooks({ circle, due, alpaca, totals }) {
  table("wallets", ["chain", "address", "#USDC"],
    circle.wallets.map((w) => [w.blockchain, short(w.address), w.held]), totals.wallets);
  table("transactions", ["what", "#number"], Object.entries(circle.transactions));
  table("due-books", ["", "#in process", "#paid out", "#fees"], ["usdc", "usd"].map((asset) =>
    [asset.toUpperCase(), due[asset].in_process, due[asset].paid_out, due[asset].fees]));
  table("conversions", ["id", "#in", "#out", "status"], due.transfers.map((t) =>
    [short(t.id), `${t.source.amount} ${t.source.currency}`,
      `${t.destination.amount} ${t.destination.currency}`, t.status]), totals.transfers);
  table("customers", ["id", "review", "status"],
    due.accounts.map((a) => [short(a.id), a.kyc.status, a.status]), totals.customers);
  table("accounts", ["id", "status", "#cash", "positions"], alpaca.accounts.map((a) =>
    [short(a.id), a.status, a.cash,
      Object.entries(a.positions).map(([symbol, held]) => `${symbol} ${held}`).join(", ")]),
    totals.accounts);
  table("journals", ["id", "#amount", "status", "for"], alpaca.journals.map((j) =>
    [short(j.id), j.net_amount, j.status, j.description]), totals.journals);
  table("orders", ["symbol", "side", "#wanted", "#filled", "status"], alpaca.orders.map((o) =>
    [o.symbol, o.side, o.notional ?? o.qty, o.filled_qty, o.status]), totals.orders);
}

function showNews(webhooks, requests) {
  table("webhooks", ["provider", "about", "state", "tries", "arrived", "fault"], webhooks.map((d) => {
    const message = JSON.parse(d.body);
    const subject = message.notification ?? message.data ?? {};
    const arrived = d.delivered ? "yes" : d.attempts || d.fault ? "no" : "…";
    return [d.provider, message.notificationType ?? message.type,
      subject.state ?? subject.status, d.attempts, arrived, d.fault];
  }));
  table("requests", ["provider", "request", "answer", "fault"], requests.map((r) =>
    [r.provider, `${r.method} ${r.path}`, r.status ?? "lost", r.fault]));
}

function button(text, act, pressed) {
  const made = element("button", text);
  made.type = "button";
  if (pressed !== undefined) made.setAttribute("aria-pressed", pressed);
  made.addEventListener("click", () => act().then(refresh, complain));
  return made;
}

const off = (name) => () => call("DELETE", `faults/${encodeURIComponent(name)}`);

let catalogue = [];
let shown = "";

function showFaults(faults) {
  table("faults", ["name", "does", "matches", "#matched", "#struck", ""], faults.map((f) =>
    [f.name, Object.values(f.action).join(" "), JSON.stringify(f.match), f.matched, f.fired,
      button("off", off(f.name))]));
  const wanted = document.getElementById("filter").value.toLowerCase();
  const active = new Set(faults.map((f) => f.name));
  const now = JSON.stringify([wanted, [...active]]);
  if (now === shown) return; // do not take a button away from under the pointer
  shown = now;
  document.getElementById("catalogue").replaceChildren(...catalogue
    .filter((each) => `${each.name} ${each.description}`.toLowerCase().includes(wanted))
    .map((each) => {
      const on = () => call("POST", "faults", { use: each.name });
      const is = active.has(each.name);
      const made = button(each.name, is ? off(each.name) : on, is);
      made.title = `${each.description} (${each.flow})`;
      return made;
    }));
}

function complain(error) {
  document.getElementById("state").textContent = String(error.message ?? error);
}

async function refresh() {
  const view = await call("GET", `overview?limit=${ROWS_MAX}`);
  const clock = view.clock;
  document.getElementById("clock").textContent =
    `${clock.now.slice(0, 19).replace("T", " ")} UTC · ${clock.mode} ${clock.speed}× · ` +
    `${clock.pending_timers} timers`;
  showBooks(view.books);
  showNews(view.webhooks, view.requests);
  showFaults(view.faults);
  const requests = Object.values(view.counts).reduce((sum, each) => sum + each, 0);
  document.getElementById("state").textContent = `${requests} requests`;
  document.body.dataset.ready = "yes";
}

async function live() {
  if (!document.hidden || !document.body.dataset.ready) await refresh().catch(complain);
  setTimeout(live, POLL_MS);
}

for (const each of document.querySelectorAll("[data-clock]")) {
  const change = JSON.parse(each.dataset.clock);
  each.addEventListener("click", () => call("POST", "clock", change).then(refresh, complain));
}
document.getElementById("filter").addEventListener("input", () => refresh().catch(complain));
call("GET", "faults/catalogue").then((found) => { catalogue = found.catalogue; }, complain).then(live);
