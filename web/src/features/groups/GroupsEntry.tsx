import { lazy } from "react";
import type { PageProps } from "../../app/routes";

const GroupsPage = lazy(() => import("./GroupsPage"));
const GroupPage = lazy(() => import("./GroupPage"));
const InvitePage = lazy(() => import("./InvitePage"));
const BoardPage = lazy(() => import("../board/BoardPage"));

/** All pages of study groups come through here, so that the first load knows of one chunk only. */
export default function GroupsEntry({ id }: PageProps) {
  const path = location.pathname;
  const Page = path.startsWith("/invite/") ? InvitePage : id === "" ? GroupsPage : path.endsWith("/board") ? BoardPage : GroupPage;
  return <Page id={id} />;
}
