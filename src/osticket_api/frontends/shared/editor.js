/** A text with a little formatting: bold, italics, lists, quotes, links. Holds HTML. */
import { html, useLayoutEffect, useRef } from "../vendor/preact-htm.js";

const TOOLS = [
  ["bold", "B", "Bold"],
  ["italic", "I", "Italic"],
  ["insertUnorderedList", "•", "List"],
  ["insertOrderedList", "1.", "Numbered list"],
  ["formatBlock:blockquote", "❝", "Quote"],
  ["createLink", "Link", "Link"],
];

/**
 * `editor` gets `{insert, complete, focus}`. `onChange` gets the HTML, and the text in front of the cursor; `onFiles` the
 * files that are pasted; Control and Enter call `onSubmit`, else they send the form. What is `disabled` can be read; `attributes` are more of them.
 */
export function Editor({ value, onChange, onFiles, onSubmit, label, placeholder, editor, disabled, ...attributes }) {
  const field = useRef();
  const cursor = useRef(null);
  const remember = () => {
    const selection = getSelection();
    if (field.current?.contains(selection.anchorNode)) cursor.current = selection.getRangeAt(0).cloneRange();
  };
  /** Go back to where one wrote last, else to the end. */
  const resume = () => {
    field.current.focus();
    const selection = getSelection();
    selection.selectAllChildren(field.current);
    selection.collapseToEnd();
    if (cursor.current && field.current.contains(cursor.current.endContainer)) {
      selection.removeAllRanges();
      selection.addRange(cursor.current);
    }
    return selection;
  };
  const changed = () => {
    remember();
    const before = cursor.current?.startContainer.textContent.slice(0, cursor.current.startOffset) ?? "";
    onChange(isEmpty(field.current) ? "" : field.current.innerHTML, before);
  };
  useLayoutEffect(() => { // At once: later, more would have been typed, and be lost.
    if (value !== (isEmpty(field.current) ? "" : field.current.innerHTML)) field.current.innerHTML = value;
  }, [value]);
  const insert = (content) => {
    const selection = resume();
    const range = selection.getRangeAt(0);
    range.deleteContents();
    range.insertNode(range.createContextualFragment(content)); // The browser's own command adds styles, which the policy forbids.
    selection.collapseToEnd();
    changed();
  };
  /** Put `text` in place of the last characters in front of the cursor, wherever the focus has gone since. */
  const complete = (length, text) => {
    const selection = resume();
    for (let index = 0; index < length; index++) selection.modify("extend", "backward", "character");
    document.execCommand("insertText", false, text);
    changed();
  };
  if (editor) editor.current = { insert, complete, focus: () => field.current.focus() };

  const apply = (tool) => {
    const [command, argument] = tool.split(":");
    const given = command === "createLink" ? prompt("Address of the link", "https://") : argument;
    if (command === "createLink" && !given) return;
    field.current.focus();
    document.execCommand(command, false, given);
    changed();
  };
  const paste = (event) => {
    const files = [...event.clipboardData.files];
    event.preventDefault();
    if (files.length) onFiles?.(files);
    else document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  };
  const key = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (onSubmit) onSubmit();
      else field.current.closest("form")?.querySelector("button[type=submit]")?.click(); // Where it is disabled, nothing happens.
    }
    event.stopPropagation();
  };
  return html`<div class="editor">
    ${!disabled && html`<div class="editor-tools" role="toolbar" aria-label="Formatting">
      ${TOOLS.map(([tool, sign, name]) => html`<button type="button" class="quiet" title=${name} aria-label=${name} data-tool=${tool} onMouseDown=${(event) => event.preventDefault()} onClick=${() => apply(tool)}>${sign}</button>`)}
    </div>`}
    <div ref=${field} class="editor-text" contenteditable=${disabled ? "false" : "true"} aria-disabled=${disabled} role="textbox" ...${attributes} aria-multiline="true" aria-label=${label} data-placeholder=${placeholder} dir="auto" onInput=${changed} onBlur=${remember} onPaste=${paste} onKeyDown=${key}></div>
  </div>`;
}

const isEmpty = (element) => element.textContent.trim() === "" && !element.querySelector("img");

/** Plain text as HTML. */
export function paragraphs(text) {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return escaped.split(/\n{2,}/).map((each) => `<p>${each.replace(/\n/g, "<br>")}</p>`).join("");
}
