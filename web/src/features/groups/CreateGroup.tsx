import { request } from "../../api/client";
import { refreshAnswers } from "../../api/store";
import { Dialog } from "../../design/Dialog";
import { GroupForm } from "./GroupForm";
import { CreateGroup as Document } from "./queries.generated";

export function CreateGroup({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const begun = { name: "", description: "", topics: [], visibility: "OPEN", memberLimit: 50 } as const;
  return (
    <Dialog title="New group" onClose={onClose}>
      <GroupForm
        begun={begun}
        mayDecide
        action="Make the group"
        onSubmit={async (input) => {
          const { createStudyGroup } = await request(Document, { input });
          refreshAnswers(false);
          onMade(createStudyGroup.id);
        }}
      />
    </Dialog>
  );
}
