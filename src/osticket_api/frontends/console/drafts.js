/** Texts that are not sent yet: saved by the API, and so the same here and in osTicket. Sending a text deletes its draft. */
import { useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useQuiet, useResource } from "../shared/resource.js";

const REST_MS = 1500;

/** The text of a kind on a ticket: `[text, setText, sent]`. Call `sent` once the text has been posted. */
export function useDraft(ticket, kind) {
  const { api } = useApp();
  const drafts = useResource(useQuiet() ? "/drafts" : null, { ticket_id: ticket.id });
  const saved = drafts.data?.find((each) => each.kind === kind);
  const [typed, setTyped] = useState({}); // By kind. Nothing has been typed yet where there is none.
  const timer = useRef();
  const text = typed[kind] ?? saved?.body ?? "";
  const save = async (body) => {
    if (body) await api.post("/drafts", { kind, ticket_id: ticket.id, body });
    else if (saved) await api.delete(`/drafts/${saved.id}`);
    await drafts.reload();
  };
  const setText = (body) => {
    clearTimeout(timer.current);
    if (body === text) return;
    setTyped((before) => ({ ...before, [kind]: body }));
    timer.current = setTimeout(() => save(body).catch(() => null), REST_MS); // The text itself is still there.
  };
  useEffect(() => () => clearTimeout(timer.current), [kind]);
  const sent = () => {
    clearTimeout(timer.current);
    setTyped((before) => ({ ...before, [kind]: "" }));
  };
  return [text, setText, sent];
}
