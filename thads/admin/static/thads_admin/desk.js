// Comforts of the pages; every page works without them.
document.addEventListener("DOMContentLoaded", () => {
  // A list of choices that narrows as one types.
  const find = document.querySelector("[data-find]");
  if (find) {
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
    find.addEventListener("input", () => {
      const wanted = plain(find.value);
      document.querySelectorAll(find.dataset.find).forEach((item) => {
        item.hidden = !plain(item.textContent).includes(wanted);
      });
      document.querySelectorAll("[data-group]").forEach((group) => {
        group.hidden = !group.querySelector("li:not([hidden])");
      });
    });
  }
  // Days: the strokes come by themselves.
  document.querySelectorAll("input.day").forEach((field) => {
    field.addEventListener("input", (event) => {
      if (event.inputType === "insertText" && /^(\d{2}|\d{2}\/\d{2})$/.test(field.value)) field.value += "/";
    });
  });
  // The grounds of the law of the day.
  const day = document.querySelector("[data-day]");
  const grounds = document.querySelectorAll("optgroup[data-from]");
  const choose = () => {
    grounds.forEach((group) => {
      const { from, to } = group.dataset;
      const on = day.value.replace(/^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/, (_, d, m, y) => `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`);
      const holds = !/^\d{4}-/.test(on) || ((!from || from <= on) && (!to || on <= to));
      group.hidden = group.disabled = !holds;
    });
  };
  if (day && grounds.length) { day.addEventListener("change", choose); choose(); }
  // Choosing a line, or typing its amount, chooses "some lines".
  document.querySelectorAll("[data-line]").forEach((row) => {
    row.addEventListener("input", (event) => {
      const some = document.querySelector("[name=lines][value=some]");
      if (some) some.checked = true;
      const box = row.querySelector("input[type=checkbox]");
      if (event.target !== box && event.target.value) box.checked = true;
    });
  });
  // One press is enough; the server counts one even when there are two.
  document.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", () => {
      setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
    });
  });
  // A file on its way: how far it is. What comes back is shown as if the form had been sent plainly.
  document.querySelectorAll("form[data-upload]").forEach((form) => {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const bar = form.querySelector("[data-progress]");
      const sending = new XMLHttpRequest();
      sending.upload.addEventListener("progress", (step) => {
        bar.hidden = false;
        if (step.lengthComputable) bar.firstElementChild.style.width = `${(100 * step.loaded) / step.total}%`;
      });
      sending.addEventListener("load", () => {
        history.replaceState(null, "", sending.responseURL);
        document.open();
        document.write(sending.responseText);
        document.close();
      });
      sending.addEventListener("error", () => form.submit());
      sending.open("POST", form.action);
      sending.send(new FormData(form));
    });
  });
  // The first row of a printed form stays in sight: the second needs to know its height.
  const top = document.querySelector("table.figures thead tr");
  if (top) top.closest("table").style.setProperty("--head", `${top.getBoundingClientRect().height}px`);
});
