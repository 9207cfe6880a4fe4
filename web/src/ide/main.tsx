import { createRoot } from "react-dom/client";
import { Ide } from "./Ide";

const root = document.getElementById("root");
if (root) createRoot(root).render(<Ide />);
