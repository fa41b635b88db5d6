/** Texts that are not sent yet: saved by the API, and so the same here and in osTicket. Sending a text deletes its draft. */
import { useEffect, useRef } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useKept } from "../shared/kept.js";
import { useQuiet, useResource } from "../shared/resource.js";

const REST_MS = 1500;

/** The text of a kind on a ticket: `[text, setText, sent]`. Call `sent` once the text has been posted. */
export function useDraft(ticket, kind) {
  const { api } = useApp();
  const drafts = useResource(useQuiet() ? "/drafts" : null, { ticket_id: ticket.id });
  const saved = drafts.data?.find((each) => each.kind === kind);
  const [typed, change, forget] = useKept(`draft:${ticket.id}`, {}); // By kind. Nothing has been typed yet where there is none.
  const waiting = useRef(null); // What saves the last words, once the typing has rested.
  const text = typed[kind] ?? saved?.body ?? "";
  const save = async (body) => {
    if (body) await api.post("/drafts", { kind, ticket_id: ticket.id, body });
    else if (saved) await api.delete(`/drafts/${saved.id}`);
    if (!waiting.current) forget();
    await drafts.reload();
  };
  const wait = (work) => {
    clearTimeout(waiting.current?.timer);
    waiting.current = work && { work, timer: setTimeout(saveNow, REST_MS) };
  };
  const saveNow = () => {
    const { work } = waiting.current ?? {};
    wait(null);
    work?.().catch(() => null); // The text itself is still there.
  };
  const setText = (body) => {
    if (body === text) return;
    change((before) => ({ ...before, [kind]: body }));
    wait(() => save(body));
  };
  useEffect(() => saveNow, [kind]);
  const sent = () => {
    wait(null);
    change((before) => ({ ...before, [kind]: "" }));
    forget();
  };
  return [text, setText, sent];
}
