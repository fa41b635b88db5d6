/** Data of the API in a component: loaded, shown from memory at once, loaded again when something happens. */
import { useCallback, useEffect, useRef, useState } from "../vendor/preact-htm.js";
import { useApp } from "./context.js";
import { search } from "./api.js";

/**
 * What GET `path` answers. `path` may be null: nothing is asked then.
 * @returns {{data: any, meta: any, error: Error|null, isLoading: boolean, reload: () => Promise<void>, set: (data: any) => void}}
 */
export function useResource(path, query) {
  const { api } = useApp();
  const address = path && path + search(query);
  const [state, setState] = useState({ address: null });
  const current = useRef(address);
  current.current = address;

  const reload = useCallback(async () => {
    if (!address) return;
    try {
      const answer = await api.get(path, query);
      if (current.current === address) setState({ address, answer, error: null });
    } catch (error) {
      const isGone = [403, 404].includes(error.status); // What only cannot be reached is shown as it was last known.
      if (current.current === address) setState({ address, answer: isGone ? undefined : api.known(path, query), error });
    }
  }, [address, api]);
  useEffect(() => void reload(), [reload]);

  const answer = state.address === address ? state.answer : address ? api.known(path, query) : undefined;
  return {
    data: answer?.data,
    meta: answer?.meta,
    error: state.address === address ? (state.error ?? null) : null,
    isLoading: Boolean(address) && !answer && !(state.address === address && state.error),
    reload,
    set: (data) => setState({ address, answer: { ...answer, data }, error: null }),
  };
}

/** Whether what the page needs has come, so that what is less urgent may be asked for. */
export function useQuiet() {
  const { api } = useApp();
  const [isQuiet, setQuiet] = useState(false);
  useEffect(() => {
    let isOver = false;
    api.idle().then(() => isOver || setQuiet(true));
    return () => (isOver = true);
  }, [api]);
  return isQuiet;
}

/** A value that follows another only after it has rested for `ms`: for searches as one types. */
export function useRested(value, ms = 250) {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

/** An action with its state: `run` calls it once at a time, `error` is what it threw last. */
export function useAction(action) {
  const [state, setState] = useState({ isRunning: false, error: null });
  const isRunning = useRef(false);
  const run = async (...args) => {
    if (isRunning.current) return undefined;
    isRunning.current = true;
    setState({ isRunning: true, error: null });
    try {
      const result = await action(...args);
      setState({ isRunning: false, error: null });
      return result ?? true;
    } catch (error) {
      setState({ isRunning: false, error });
      return undefined;
    } finally {
      isRunning.current = false;
    }
  };
  return { ...state, run };
}
