/** Who else is at this ticket, and that one is here oneself. */
import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { useApp } from "../shared/context.js";
import { useLive } from "../shared/live.js";
import { useQuiet } from "../shared/resource.js";

const SECONDS_BETWEEN = 20;

export function Viewers({ ticket, isReplying }) {
  const { api, me } = useApp();
  const isQuiet = useQuiet();
  const [present, setPresent] = useState([]);
  const path = `/tickets/${ticket.id}/presence`;
  useEffect(() => {
    if (!isQuiet) return undefined;
    const say = async () => {
      const answer = await api.put(path, { activity: isReplying ? "replying" : "viewing" }).catch(() => null); // It is a courtesy only.
      if (answer) setPresent(answer.data.present);
    };
    say();
    const timer = setInterval(say, SECONDS_BETWEEN * 1000);
    return () => clearInterval(timer);
  }, [path, isReplying, isQuiet]);
  useEffect(() => () => void api.delete(path).catch(() => null), [path]);
  useLive(
    (event) => event.type === "ticket.presence" && event.ticket_id === ticket.id,
    (event) => event && setPresent(event.details.present),
  );
  const others = present.filter((each) => each.id !== me?.id).map((each) => `${each.name} is ${each.activity === "replying" ? "answering" : "looking at"} this ticket`);
  const holder = ticket.lock?.staff;
  if (holder && holder.id !== me?.id && !present.some((each) => each.id === holder.id)) others.push(`${holder.name} has locked this ticket`);
  return html`<div role="status">${others.map((each) => html`<p class="viewers" dir="auto">${each}.</p>`)}</div>`;
}
