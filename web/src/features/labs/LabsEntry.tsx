import { lazy } from "react";
import type { PageProps } from "../../app/routes";

const LabsPage = lazy(() => import("./LabsPage"));
const OperatorPage = lazy(() => import("./OperatorPage"));
const LabPage = lazy(() => import("./LabPage"));

/** All pages of labs come through here, so that the first load knows of one chunk only. */
export default function LabsEntry({ id }: PageProps) {
  const Page = location.pathname.startsWith("/operator/") ? OperatorPage : id === "" ? LabsPage : LabPage;
  return <Page id={id} />;
}
