import 'carillon/bell';

export default function Page() {
  return <carillon-bell base-url="/v1" theme="dark" />;
}
