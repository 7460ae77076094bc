import { constants } from 'node:crypto';
import { isIPv6, type LookupFunction, type Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { ReceiveLimit } from './receive-limit.js';
import type { Resolve } from './resolver.js';
import { checkAddress, checkUrl, hostOf, isOpenedAddress, type Network } from './url-guard.js';

/** The target was refused by the URL guard: nothing was sent. */
export class RefusedTarget extends Error {
  override readonly name = 'RefusedTarget';
}

/** Status and a few headers are all that is read; more is a hostile or broken receiver. */
const MAX_HEADER_BYTES = 16_384;

/** Long enough to send a backlog over one connection, too short to outlive a change of the name's addresses. */
const KEEP_ALIVE_MS = 2_000;

/** Node gives up an address after 250 ms otherwise, which is too short for a receiver on another continent. */
const NEXT_ADDRESS_AFTER_MS = 2_000;

/** An answer of the DNS has room for thousands, each of which would be checked and dialled; no receiver has so many. */
const MAX_ADDRESSES = 32;

/**
 * A client that connects to nothing but what the guard lets through. The name is resolved here, every one of its
 * addresses is checked, and exactly those are dialled: between the check and the connection nobody asks the DNS
 * again. It follows no redirect and uses no proxy.
 */
export function createDialer(opened: readonly Network[], resolve: Resolve, timeoutMs: number): Agent {
  const dial = buildConnector({
    timeout: timeoutMs,
    lookup: guardedLookup(opened, resolve),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
  });
  const handshake = guardedHandshake(timeoutMs);
  return new Agent({
    maxHeaderSize: MAX_HEADER_BYTES,
    // The caller has one time-out for the whole attempt; these would be two more timers for each.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect: (options, callback) => {
      // An address instead of a name is never looked up, so it is checked here.
      const verdict = checkUrl(`${options.protocol}//${options.host ?? options.hostname}`, opened);
      if (!verdict.allowed) return callback(new RefusedTarget(verdict.reason), null);
      const isSecure = options.protocol === 'https:';
      const port = options.port || (isSecure ? '443' : '80');
      dial({ ...options, protocol: 'http:', port }, (...[error, wire]) => {
        if (error) return callback(error, null);
        // Once more, whatever happened on the way: this is the address that the request would go to.
        const problem = checkAddress(wire.remoteAddress ?? '', opened);
        if (problem) {
          wire.destroy();
          return callback(new RefusedTarget(problem), null);
        }
        const limit = new ReceiveLimit(wire);
        if (isSecure) return handshake({ ...options, httpSocket: wire }, limit, callback);
        limit.guard(wire);
        callback(null, wire);
      });
    },
  });
}

/** Encrypts a connection, and bounds what is received from the first byte on. */
function guardedHandshake(timeoutMs: number) {
  // A target must not have keys made anew as often as it likes.
  const encrypt = buildConnector({ timeout: timeoutMs, secureOptions: constants.SSL_OP_NO_RENEGOTIATION });
  return (
    options: buildConnector.Options & { httpSocket: Socket },
    limit: ReceiveLimit,
    callback: buildConnector.Callback,
  ): void => {
    const { httpSocket: wire } = options;
    let open = true;
    const settle: buildConnector.Callback = (...result) => {
      if (open) callback(...result);
      open = false;
    };
    // What encrypts it hears of its end, but not why.
    wire.once('error', (error) => settle(error, null));
    limit.watch();
    encrypt(options, (...[error, socket]) => {
      if (error) {
        wire.destroy();
        return settle(error, null);
      }
      limit.guard(socket);
      settle(null, socket);
    });
  };
}

function guardedLookup(opened: readonly Network[], resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolveChecked(host, opened, resolve).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
        if (options.all) callback(null, found);
        else callback(null, found[0]?.address ?? '', found[0]?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

/** @throws RefusedTarget when any of the addresses is refused: a name that leads both in and out is an attack */
async function resolveChecked(host: string, opened: readonly Network[], resolve: Resolve): Promise<string[]> {
  const verdict = checkUrl(`http://${host}`, opened);
  if (!verdict.allowed) throw new RefusedTarget(verdict.reason);
  const addresses = (await resolve(hostOf(verdict.url))).slice(0, MAX_ADDRESSES);
  for (const address of addresses) {
    const problem = checkAddress(address, opened);
    if (problem) throw new RefusedTarget(problem);
    if (verdict.local && !isOpenedAddress(address, opened)) throw new RefusedTarget('leads to a local name');
  }
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENODATA' });
  return addresses;
}
