import ipaddr from 'ipaddr.js';
import { parseUrl } from '../common/url.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A network that the operator opened: its first address and the length of its prefix. */
export type Network = [Address, number];

/** Beyond what any receiver needs; browsers and proxies cut URLs about there. */
const MAX_URL_LENGTH = 2048;

/** Names that by their definition never lead to the internet (RFC 6761, RFC 6762, ICANN's `.internal`). */
const LOCAL_SUFFIXES = ['localhost', 'local', 'internal', 'localdomain', 'home.arpa'];

/** Azure's metadata and agent address: the one metadata service that has a public address. */
const AZURE_WIRE_SERVER = '168.63.129.16';

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** What the guard says about a URL before any name is resolved. */
export type UrlVerdict =
  | {
      allowed: true;
      url: URL;
      /** The address that the host spells out, when it is no name. */
      address?: string;
      /** A local name, which is only dialled where every one of its addresses lies in an opened network. */
      local: boolean;
    }
  | { allowed: false; reason: string };

/**
 * Reads the operator's list of opened networks.
 * @param cidrs such as `10.0.0.0/8`, `fd00::/8`, or a single address
 * @throws Error naming the entry that is none
 */
export function parseNetworks(cidrs: readonly string[]): Network[] {
  return cidrs.map((cidr) => {
    try {
      if (cidr.includes('/')) return ipaddr.parseCIDR(cidr);
      const address = ipaddr.parse(cidr);
      return [address, address.kind() === 'ipv4' ? 32 : 128];
    } catch {
      throw new Error(`WEBHOOKS_ALLOW_NETWORKS: "${cidr}" is not a network such as 10.0.0.0/8`);
    }
  });
}

/**
 * Judges a URL by its text alone. The URL parser of the platform has already turned every spelling of an IPv4
 * address (decimal, hex, octal, short, full-width) into the dotted one, and the same parsed URL is dialled later,
 * so that there is no second reading of the text.
 */
export function checkUrl(text: string, opened: readonly Network[]): UrlVerdict {
  if (text.length > MAX_URL_LENGTH) return refused(`must have at most ${MAX_URL_LENGTH} characters`);
  // The parser would drop tabs and line breaks, and trim blanks: what is shown should be what is dialled.
  if (/[\s\p{Cc}\\]/u.test(text))
    return refused('must not contain blanks, control characters or backslashes');
  const url = parseUrl(text);
  if (!url) return refused('is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refused('must begin with http:// or https://');
  if (url.username || url.password) return refused('must not contain credentials');

  const host = hostOf(url);
  if (ipaddr.isValid(host)) {
    const problem = checkAddress(host, opened);
    return problem ? refused(problem) : { allowed: true, url, address: host, local: false };
  }
  const local = isLocalName(host);
  // Without an opened network no address of a local name could be dialled: say so at once.
  if (local && opened.length === 0) return refused(`leads to a local name (${host})`);
  return { allowed: true, url, local };
}

/** The host of a URL as it is resolved: no brackets around IPv6, no dots at the end. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
}

/** Why an address must not be dialled, or undefined when it may be. */
export function checkAddress(text: string, opened: readonly Network[]): string | undefined {
  if (!ipaddr.isValid(text)) return 'is not an address';
  if (isOpenedAddress(text, opened)) return undefined;
  const address = ipaddr.parse(text);
  const kind = kindOf(embeddedIPv4(address) ?? address);
  return kind === undefined ? undefined : `leads to a ${kind} address`;
}

/** Whether an address lies in a network that the operator opened. */
export function isOpenedAddress(text: string, opened: readonly Network[]): boolean {
  const address = ipaddr.parse(text);
  const embedded = embeddedIPv4(address);
  return isOpened(address, opened) || (embedded !== undefined && isOpened(embedded, opened));
}

function isLocalName(host: string): boolean {
  // A name without a dot is found through the machine's own search list, never on the internet.
  if (!host.includes('.')) return true;
  return LOCAL_SUFFIXES.some((suffix) => host.endsWith(`.${suffix}`));
}

function isOpened(address: Address, opened: readonly Network[]): boolean {
  return opened.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** The IPv4 address that is really reached through a mapped (`::ffff:…`) or NAT64 (`64:ff9b::…`) one. */
function embeddedIPv4(address: Address): ipaddr.IPv4 | undefined {
  if (!(address instanceof ipaddr.IPv6)) return undefined;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address.match(NAT64) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : undefined;
}

/** What an address that is not on the public internet is called; undefined for a public one. */
function kindOf(address: Address): string | undefined {
  const range = address.range();
  if (address instanceof ipaddr.IPv4) {
    if (address.toString() === AZURE_WIRE_SERVER) return 'metadata';
    return range === 'unicast' ? undefined : spoken(range);
  }
  if (range !== 'unicast') return spoken(range);
  // Beyond 2000::/3 nothing is assigned; ::a.b.c.d (IPv4-compatible) lies there too.
  if (!address.match(GLOBAL_UNICAST)) return 'reserved';
  // ISATAP hides an IPv4 address in the interface's half, whatever the prefix.
  const [high, low] = [address.parts[4] ?? 0, address.parts[5]];
  return (high & ~0x0200) === 0 && low === 0x5efe ? 'reserved' : undefined;
}

const SPOKEN: Record<string, string> = {
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier-grade NAT',
  uniqueLocal: 'private',
  private: 'private',
  loopback: 'loopback',
  unspecified: 'loopback',
  multicast: 'multicast',
  broadcast: 'broadcast',
};

function spoken(range: string): string {
  return SPOKEN[range] ?? 'reserved';
}

function refused(reason: string): UrlVerdict {
  return { allowed: false, reason };
}
