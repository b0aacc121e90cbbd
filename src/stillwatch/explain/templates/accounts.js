// The accounts of a campaign as a list one can filter, sort, page through and open.

const ACCOUNTS_A_PAGE = 20;

const ACCOUNT_COLUMNS = [
  { title: "Account", key: "id", text: true },
  { title: "Probability", key: "posterior", show: percent },
  { title: "Bits", key: "bits", show: signed },
  { title: "Role", key: "role", word: true, text: true },
  { title: "Techniques", key: "techniques", words: true },
];

function accountList(holder, data) {
  const { accounts, words } = data;
  const spoken = accounts.id.map((id, number) =>
    [id, words[accounts.role[number]], ...accounts.techniques[number].map((place) => words[place])]
      .join(" ")
      .toLowerCase(),
  );
  const state = { order: [...accounts.id.keys()], first: 0, key: "bits", up: false };
  const filter = make("input", { type: "search", placeholder: "id, role or technique" });
  const said = make("span", { role: "status" });
  const body = make("tbody");
  const earlier = make("button", { type: "button", class: "quiet" }, "Previous");
  const later = make("button", { type: "button", class: "quiet" }, "Next");
  const heads = accountHeads(state, () => arrange());

  const show = () => {
    const shown = state.order.slice(state.first, state.first + ACCOUNTS_A_PAGE);
    body.replaceChildren(...shown.map((number) => accountRow(data, number)));
    const last = state.first + shown.length;
    said.textContent = shown.length
      ? `${grouped(state.first + 1)} to ${grouped(last)} of ${grouped(state.order.length)}`
      : "no account fits";
    earlier.disabled = state.first === 0;
    later.disabled = last >= state.order.length;
  };
  const arrange = () => {
    const wanted = filter.value.trim().toLowerCase();
    state.order = [...accounts.id.keys()].filter((number) => spoken[number].includes(wanted));
    state.order.sort(accountOrder(data, state));
    state.first = 0;
    show();
  };
  filter.addEventListener("input", arrange);
  earlier.addEventListener("click", () => {
    state.first = Math.max(0, state.first - ACCOUNTS_A_PAGE);
    show();
  });
  later.addEventListener("click", () => {
    state.first += ACCOUNTS_A_PAGE;
    show();
  });
  const table = make("table", { class: "plain accounts" }, make("thead", {}, heads), body);
  const tools = make(
    "div",
    { class: "tools" },
    make("label", {}, "Filter ", filter),
    make("span", { class: "pager" }, said, earlier, later),
  );
  const scroll = make(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Accounts" },
    table,
  );
  holder.replaceChildren(tools, scroll);
  show();
}

function accountHeads(state, arrange) {
  const row = make("tr");
  for (const { title, key, text, words } of ACCOUNT_COLUMNS) {
    const head = make("th", { scope: "col", class: text || words ? null : "num" });
    if (words) {
      head.textContent = title;
    } else {
      const button = make("button", { type: "button", class: "sort" }, title);
      button.addEventListener("click", () => {
        state.up = state.key === key ? !state.up : Boolean(text);
        state.key = key;
        for (const other of row.children) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", state.up ? "ascending" : "descending");
        arrange();
      });
      head.append(button);
      if (key === state.key) head.setAttribute("aria-sort", "descending");
    }
    row.append(head);
  }
  return row;
}

function accountOrder({ accounts, words }, { key, up }) {
  const column = accounts[key];
  const value = (number) => (key === "role" ? words[column[number]] : column[number]);
  return (one, other) => {
    const [left, right] = [value(one), value(other)];
    const order = left < right ? -1 : left > right ? 1 : 0;
    return (up ? order : -order) || one - other;
  };
}

function accountRow(data, number) {
  const { accounts, words } = data;
  const open = make(
    "button",
    { type: "button", class: "opener", "aria-expanded": "false" },
    make("bdi", { class: "id" }, accounts.id[number]),
  );
  const cells = ACCOUNT_COLUMNS.slice(1).map(({ key, show, word, words: many }) => {
    const value = accounts[key][number];
    if (many) {
      return make("td", {}, ...value.map((at) => make("span", { class: "technique" }, words[at])));
    }
    return make("td", { class: show ? "num" : null }, word ? words[value] : show(value));
  });
  const row = make("tr", {}, make("td", {}, open), ...cells);
  open.addEventListener("click", () => {
    const isOpen = open.getAttribute("aria-expanded") === "true";
    open.setAttribute("aria-expanded", String(!isOpen));
    if (isOpen) row.nextElementSibling.remove();
    else row.after(accountDetail(data, number));
  });
  return row;
}

function accountDetail(data, number) {
  const cell = make("td", { colspan: ACCOUNT_COLUMNS.length });
  cell.append(...accountEvidence(data, number));
  return make("tr", { class: "opened" }, cell);
}
