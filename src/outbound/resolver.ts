import { lookup, Resolver } from 'node:dns/promises';

/** Every address of a name. Rejects when it has none. */
export type Resolve = (host: string) => Promise<string[]>;

const DNS_TIMEOUT_MS = 3_000;
const DNS_TRIES = 2;

/** getaddrinfo runs in the process's few worker threads, which files and cryptography need too. */
const MAX_SYSTEM_LOOKUPS = 2;

/**
 * Asks the DNS servers directly and not through getaddrinfo: a hostile name server that never answers would hold
 * one of the process's four worker threads per question.
 * @param useSystem also ask the system (`/etc/hosts`, search lists) for names that the DNS does not know; wanted
 *   only where the operator opened networks, because such names lead to inside ones
 */
export function createResolver(useSystem: boolean): Resolve {
  const dns = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: DNS_TRIES });
  let lookups = 0;

  async function askSystem(host: string): Promise<string[]> {
    if (lookups >= MAX_SYSTEM_LOOKUPS) throw new Error('too many names are being looked up');
    lookups += 1;
    try {
      return (await lookup(host, { all: true })).map(({ address }) => address);
    } finally {
      lookups -= 1;
    }
  }

  return async (host) => {
    // RFC 6761: these are the loopback address, whatever anybody answers.
    if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1'];
    const [v4, v6] = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
    const addresses = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses;
    if (useSystem) return askSystem(host);
    throw v4.status === 'rejected' ? v4.reason : new Error('no address');
  };
}
