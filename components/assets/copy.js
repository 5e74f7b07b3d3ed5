/* Copy to the clipboard, which exists only on https and localhost. */
const toast = (text, kind) => () => clientside.toasts.show({ text, kind });
const put = (text, done, failed, kind) => (navigator.clipboard?.writeText(text) || Promise.reject()).then(toast(done, "success"), toast(failed, kind));
clientside.clipboard = { copy: ({ text, done, failed }) => void put(text, done, failed, "warning") };
/* Buttons with `data-copy` (text) and `data-copied` (message); without a clipboard the text is shown and selected. */
document.addEventListener("click", ({ target }) => {
  const { copy, copied } = target.closest?.("[data-copy]")?.dataset || {};
  if (copy) put(copy, copied, copy, "info");
});
