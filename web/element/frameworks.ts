/* oxlint-disable typescript/ban-ts-comment, typescript/no-redundant-type-constituents */

/**
 * What the templates of React (18 and 19) and Vue may say about the elements. A page has at most one of the two: the
 * comments keep a compiler from asking for the other.
 */
import type {
  CarillonBellElement,
  CarillonElement,
  CarillonSettingsElement,
  CarillonToastsElement,
} from './types.js';

type Open = HTMLElementEventMap['carillon-open'];
type Unread = HTMLElementEventMap['carillon-unread'];

/** All that can be set, by the names of the properties. */
type Properties<E extends CarillonElement> = Partial<
  Pick<E, Exclude<keyof E, keyof HTMLElement | 'store' | 'show' | 'hide' | 'refresh'>>
>;

/** The same by the names of the attributes; React 19 sets what is no text as a property, React 18 needs a ref for it. */
type Attributes<E extends CarillonElement> = Omit<Properties<E>, 'baseUrl'> & {
  'base-url'?: string;
  class?: string;
  'oncarillon-open'?: (event: Open) => void;
  'oncarillon-unread'?: (event: Unread) => void;
};

/** @ts-ignore */
type ReactProps<E> = import('react').DetailedHTMLProps<import('react').HTMLAttributes<E>, E>;

interface ReactElements {
  'carillon-bell': ReactProps<CarillonBellElement> & Attributes<CarillonBellElement>;
  'carillon-inbox': ReactProps<CarillonElement> & Attributes<CarillonElement>;
  'carillon-toasts': ReactProps<CarillonToastsElement> & Attributes<CarillonToastsElement>;
  'carillon-preferences': ReactProps<CarillonSettingsElement> & Attributes<CarillonSettingsElement>;
  'carillon-webhooks': ReactProps<CarillonSettingsElement> & Attributes<CarillonSettingsElement>;
}

/** @ts-ignore */
type VueProps = import('vue').HTMLAttributes & import('vue').PublicProps;

type VueComponent<E extends CarillonElement> = new () => E & {
  $props: Properties<E> &
    VueProps & { onCarillonOpen?: (event: Open) => void; onCarillonUnread?: (event: Unread) => void };
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
    'carillon-inbox': VueComponent<CarillonElement>;
    'carillon-toasts': VueComponent<CarillonToastsElement>;
    'carillon-preferences': VueComponent<CarillonSettingsElement>;
    'carillon-webhooks': VueComponent<CarillonSettingsElement>;
  }
}
