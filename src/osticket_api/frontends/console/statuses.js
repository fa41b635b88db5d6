/** The statuses that one may give to a ticket, or to one of several, as options. Until they are wanted they are not asked for. */
import { may } from "../shared/allowed.js";
import { useResource } from "../shared/resource.js";

const TURNS = { open: "reopen", closed: "close" };

export function useStatuses(tickets, isWanted = true) {
  const statuses = useResource(isWanted ? "/statuses" : null, { per_page: 100 });
  const others = (statuses.data ?? []).filter((each) => each.is_active && may(tickets, TURNS[each.state]) && each.id !== tickets.status?.id);
  return others.map((each) => [each.id, each.name]);
}
