import { lazy } from "react";
import type { ComponentType } from "react";

export interface PageProps {
  /** The `:id` of the route, or "". */
  readonly id: string;
}

type Load = () => Promise<{ default: ComponentType<PageProps> }>;

const editor: Load = () => import("../features/editor/EditorPage");
const groups: Load = () => import("../features/groups/GroupsEntry");
const labs: Load = () => import("../features/labs/LabsEntry");
const learning: Load = () => import("../features/learning/LearningEntry");
const tutor: Load = () => import("../features/tutor/TutorPage");
const loaders: readonly (readonly [string, Load])[] = [
  ["/catalogue", () => import("../features/catalogue/CataloguePage")],
  ["/diagrams/:id", () => import("../features/diagram/DiagramPage")],
  ["/diagrams/:id/edit", editor],
  ["/editor", editor],
  ["/incidents", () => import("../features/incidents/IncidentsPage")],
  ["/incidents/:id", () => import("../features/incidents/IncidentPage")],
  ["/labs", labs],
  ["/labs/:id", labs],
  ["/operator/labs", labs],
  ...["/today", "/review", "/cards", "/settings", "/calibration", "/report", "/teach"].map((each) => [each, learning] as const),
  ["/progress", () => import("../features/progress/ProgressPage")],
  ["/groups", groups],
  ["/groups/:id", groups],
  ["/groups/:id/board", groups],
  ["/invite/:id", groups],
  ["/tutor", tutor],
  ["/tutor/:id", tutor],
  ["/sign-in", () => import("../features/auth/SignInPage")],
  ["/register", () => import("../features/auth/RegisterPage")],
  ["/account", () => import("../features/auth/AccountPage")],
];

export const routes = loaders.map(([pattern, load]) => ({ pattern, load, Page: lazy(load) }));
