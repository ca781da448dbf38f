// The body of a response as connect-es takes it: an AsyncIterable that can be given up at any time. Not a generator, whose
// return() would wait for the read under way.

/**
 * An iterable over what `read` answers until undefined.
 * @param cancel Called once, where the iterable is given up before its end.
 */
export function byteIterable(
  read: () => Promise<Uint8Array | undefined>,
  cancel: () => void | Promise<void>,
): AsyncIterable<Uint8Array> {
  let done = false;
  const giveUp = async (): Promise<void> => {
    if (done) return;
    done = true;
    await cancel();
  };
  return {
    [Symbol.asyncIterator]: () => ({
      async next(): Promise<IteratorResult<Uint8Array>> {
        if (done) return { done: true, value: undefined };
        try {
          const value = await read();
          if (value !== undefined) return { done: false, value };
        } catch (error) {
          done = true;
          throw error;
        }
        done = true;
        return { done: true, value: undefined };
      },
      async return(): Promise<IteratorResult<Uint8Array>> {
        await giveUp();
        return { done: true, value: undefined };
      },
      // connect-es calls it where an error further down gives the response up.
      async throw(error: unknown): Promise<IteratorResult<Uint8Array>> {
        await giveUp();
        throw error;
      },
    }),
  };
}
