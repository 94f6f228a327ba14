// What every page has: the way to the others, and a way to ask.
const get = async (path) => (await fetch(path)).json();

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const header = async () => {
  const boards = await get("/api/dashboards");
  const links = boards.map((each) => [`/d/${each.uid.replace("stack-", "")}`, each.title.replace("Stack / ", "")]);
  const bar = element("header", {}, element("b", { textContent: "Stack" }));
  for (const [href, textContent] of [...links, ["/traces", "Traces"], ["/alerts", "Alerts"]]) {
    const link = element("a", { href, textContent });
    if (location.pathname === href) link.setAttribute("aria-current", "page");
    bar.append(link);
  }
  document.body.prepend(bar);
};
