/** Asks again only what was answered more than `milliseconds` ago; who asks meanwhile shares the answer. A failure is not remembered. */
export function rememberFor<T>(milliseconds: number, now: () => number, ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly at: number; readonly answer: Promise<T> } | null = null;
  return () => {
    const at = now();
    // A clock that was set back remembers nothing.
    if (known !== null && at >= known.at && at - known.at < milliseconds) return known.answer;
    const answer = ask();
    const mine = { at, answer };
    known = mine;
    answer.catch(() => {
      if (known === mine) known = null;
    });
    return answer;
  };
}
