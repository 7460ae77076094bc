/* oxlint-disable typescript/ban-ts-comment, typescript/no-redundant-type-constituents */

/**
 * What the templates of React (18 and 19) and Vue may say about the elements. A page has at most one of the two: the
 * comments keep a compiler from asking for the other.
 */
import type {
  CarillonBellElement,
  CarillonElement,
  CarillonInboxElement,
  CarillonSettingsElement,
  CarillonToastsElement,
} from './types.js';

/** All that the elements fire. */
type Events = Pick<HTMLElementEventMap, Extract<keyof HTMLElementEventMap, `carillon-${string}`>>;

/** `baseUrl` as `base-url`. */
type Kebab<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `-${Lowercase<First>}`}${Kebab<Rest>}`
  : S;
/** `carillon-open` as `CarillonOpen`. */
type Pascal<S extends string> = S extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<S>;

/** All that can be set, by the names of the properties. */
type Properties<E extends CarillonElement> = Partial<
  Pick<E, Exclude<keyof E, keyof HTMLElement | 'store' | 'show' | 'hide' | 'refresh'>>
>;

/** The same by the names of the attributes; React 19 sets what is no text as a property, React 18 needs a ref for it. */
type Attributes<E extends CarillonElement> = {
  [K in keyof Properties<E> as Kebab<K & string>]: Properties<E>[K];
} & { [K in keyof Events as `on${K}`]?: (event: Events[K]) => void } & { class?: string };

/** @ts-ignore */
type ReactProps<E> = import('react').DetailedHTMLProps<import('react').HTMLAttributes<E>, E>;

interface ReactElements {
  'carillon-bell': ReactProps<CarillonBellElement> & Attributes<CarillonBellElement>;
  'carillon-inbox': ReactProps<CarillonInboxElement> & Attributes<CarillonInboxElement>;
  'carillon-toasts': ReactProps<CarillonToastsElement> & Attributes<CarillonToastsElement>;
  'carillon-preferences': ReactProps<CarillonSettingsElement> & Attributes<CarillonSettingsElement>;
  'carillon-webhooks': ReactProps<CarillonSettingsElement> & Attributes<CarillonSettingsElement>;
}

/** @ts-ignore */
type VueProps = import('vue').HTMLAttributes & import('vue').PublicProps;

type VueComponent<E extends CarillonElement> = new () => E & {
  $props: Properties<E> & VueProps & { [K in keyof Events as `on${Pascal<K>}`]?: (event: Events[K]) => void };
};

/** @ts-ignore */
declare module 'react' {
  namespace JSX {
    /** @ts-ignore */
    interface IntrinsicElements extends ReactElements {}
  }
}

/** @ts-ignore */
declare module 'vue' {
  interface GlobalComponents {
    'carillon-bell': VueComponent<CarillonBellElement>;
    'carillon-inbox': VueComponent<CarillonInboxElement>;
    'carillon-toasts': VueComponent<CarillonToastsElement>;
    'carillon-preferences': VueComponent<CarillonSettingsElement>;
    'carillon-webhooks': VueComponent<CarillonSettingsElement>;
  }
}
