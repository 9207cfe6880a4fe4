import { useTitle } from "../design/useTitle";
import { Link } from "./router";

export function NotFoundPage() {
  useTitle("Page not found");
  return (
    <section className="page narrow notice">
      <p className="notice-code" aria-hidden="true">
        404
      </p>
      <h1>This page is not on the map</h1>
      <p>The address may be mistyped, or the item was removed from the catalogue.</p>
      <Link className="button primary" href="/catalogue">
        Open the catalogue
      </Link>
    </section>
  );
}
