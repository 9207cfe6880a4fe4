import { lazy } from "react";
import type { ComponentType } from "react";

export interface PageProps {
  /** The `:id` of the route, or "". */
  readonly id: string;
}

type Load = () => Promise<{ default: ComponentType<PageProps> }>;

const editor: Load = () => import("../features/editor/EditorPage");
const loaders: readonly (readonly [string, Load])[] = [
  ["/catalogue", () => import("../features/catalogue/CataloguePage")],
  ["/diagrams/:id", () => import("../features/diagram/DiagramPage")],
  ["/diagrams/:id/edit", editor],
  ["/editor", editor],
  ["/incidents", () => import("../features/incidents/IncidentsPage")],
  ["/incidents/:id", () => import("../features/incidents/IncidentPage")],
  ["/labs/:id", () => import("../features/labs/LabPage")],
  ["/progress", () => import("../features/progress/ProgressPage")],
  ["/sign-in", () => import("../features/auth/SignInPage")],
  ["/register", () => import("../features/auth/RegisterPage")],
  ["/account", () => import("../features/auth/AccountPage")],
];

export const routes = loaders.map(([pattern, load]) => ({ pattern, load, Page: lazy(load) }));
