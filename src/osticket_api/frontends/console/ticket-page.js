/** One ticket: what was said and done, an answer, and what it is about beside it. */
import { html, useEffect, useState } from "../vendor/preact-htm.js";
import { may } from "../shared/allowed.js";
import { useApp } from "../shared/context.js";
import { changesTicket, useLive } from "../shared/live.js";
import { useResource } from "../shared/resource.js";
import { go, useTitle } from "../shared/router.js";
import { toast } from "../shared/toasts.js";
import { Loaded } from "../shared/widgets.js";
import { Composer } from "./composer.js";
import { useShortcuts } from "./shortcuts.js";
import { TicketActions } from "./ticket-actions.js";
import { TicketSide } from "./ticket-side.js";
import { Timeline, useTimeline } from "./timeline.js";
import { Viewers } from "./viewers.js";

export function TicketPage({ id }) {
  const { api } = useApp();
  const ticket = useResource(`/tickets/${id}`, { include: "allowed,custom_fields", urls: "signed" });
  const timeline = useTimeline(`/tickets/${id}/timeline`);
  const [mode, setMode] = useState(null);
  const [isReplying, setReplying] = useState(false);
  const reload = () => Promise.all([ticket.reload(), timeline.reload()]);
  useLive((event) => event.ticket_id === Number(id) && changesTicket(event), reload, api.isOwn); // What one does oneself is loaded by who did it.
  useRead(api, Number(id), timeline.items);
  useTitle(ticket.data && `#${ticket.data.number} ${ticket.data.subject}`);

  const act = async (action, body) => {
    if (action === "delete") {
      await api.delete(`/tickets/${id}`);
      toast("The ticket is deleted.");
      go("/");
      return;
    }
    await api.postOnce(`/tickets/${id}/${action}`, body);
    toast("Done.");
    await reload();
  };
  useShortcuts({
    r: () => may(ticket.data, "reply") && setMode("reply"),
    n: () => may(ticket.data, "note") && setMode("note"),
    u: () => history.back(),
  });
  return html`<${Loaded} resource=${ticket}>${(data) => html`<article class="ticket">
    <header class="ticket-head">
      <h1 dir="auto">${data.subject}</h1>
      <p class="ticket-line">#${data.number}${data.user !== undefined && html` · <span dir="auto">${data.user?.name ?? "nobody"}</span>`}${data.status && ` · ${data.status.name}`}</p>
      <${Viewers} ticket=${data} isReplying=${isReplying} />
      <${TicketActions} ticket=${data} act=${act} reload=${ticket.reload} />
    </header>
    <section class="ticket-main" aria-label="Conversation">
      <${Timeline} ticket=${data} timeline=${timeline} onChanged=${reload} />
      <${Composer} key=${data.id} ticket=${data} mode=${mode} onMode=${setMode} onWriting=${setReplying} onSent=${reload} />
    </section>
    <${TicketSide} ticket=${data} onChanged=${reload} />
  </article>`}</${Loaded}>`;
}

/** Mark what is shown as read, once per newest entry. */
function useRead(api, id, items) {
  const newest = items.findLast((each) => each.entry)?.entry.id;
  useEffect(() => {
    if (newest) api.idle().then(() => api.post(`/tickets/${id}/read`, { entry_id: newest }).catch(() => null)); // It stays unread then.
  }, [id, newest]);
}
