/** What administrators hide from whoever reads the page, and what they let them see and not set. */
import { useResource } from "./resource.js";

/**
 * The limits on a resource, for pages that ask by its fields or change them. Names are those of answers, such as `priority`.
 * @returns {{isKnown: boolean, hides: (name: string) => boolean, freezes: (name: string) => boolean}}
 */
export function useLimits(resource, departmentId) {
  const { data, error } = useResource("/field-permissions/mine", { resource, department_id: departmentId });
  const hidden = data?.hidden ?? []; // Where they cannot be asked for, the API refuses all the same.
  return { isKnown: Boolean(data ?? error), hides: isAmong(hidden), freezes: isAmong([...hidden, ...(data?.frozen ?? [])]) };
}

const isAmong = (names) => (name) => names.includes(name) || names.includes(name.split(".")[0]);
