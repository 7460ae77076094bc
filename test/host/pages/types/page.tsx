import 'carillon/element';

export function Page() {
  return (
    <header>
      <carillon-bell base-url="/v1" theme="dark" max={9} open badge="unseen" class="bell" key="bell" />
      <carillon-toasts base-url="/v1" position="top-end" duration={0} lang="fr" />
      <carillon-inbox base-url="/v1" user="ada" preferences-href="" />
      <carillon-inbox oncarillon-action={({ detail }) => detail.action.id + detail.notification.title} />
      <carillon-preferences texts={{ preferences: 'Settings' }} />
      <carillon-webhooks oncarillon-open={(event) => event.detail.notification?.title} />
      {/* @ts-expect-error not a theme */}
      <carillon-bell base-url="/v1" theme="blue" />
      {/* @ts-expect-error no such attribute */}
      <carillon-bell colour="blue" />
    </header>
  );
}
