import { lazy } from "react";
import type { ComponentType } from "react";
import type { PageProps } from "../../app/routes";

const Today = lazy(() => import("../today/TodayPage"));
const pages: Readonly<Record<string, ComponentType>> = {
  review: lazy(() => import("../review/ReviewPage")),
  cards: lazy(() => import("../review/CardsPage")),
  settings: lazy(() => import("../review/SettingsPage")),
  calibration: lazy(() => import("../calibration/CalibrationPage")),
  report: lazy(() => import("../report/ReportPage")),
  teach: lazy(() => import("../teach/TeachPage")),
};

/** All pages of learning come through here, so that the first load knows of one chunk only. */
export default function LearningEntry(_: PageProps) {
  const Page = pages[location.pathname.split("/")[1] ?? ""] ?? Today;
  return <Page />;
}
