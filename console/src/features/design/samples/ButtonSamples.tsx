import { Link } from "react-router";
import { Play, Plus, Settings, Trash2 } from "lucide-react";
import { Button, ButtonLink, CopyButton, IconButton, Kbd } from "@/design";
import { Row, Sample } from "../Sample";

export function ButtonSamples() {
  return (
    <Sample title="Button, IconButton, CopyButton, Kbd">
      <Row>
        <Button variant="primary" icon={Plus}>
          New app
        </Button>
        <Button icon={Play}>Run</Button>
        <Button variant="ghost">Cancel</Button>
        <Button variant="danger" icon={Trash2}>
          Delete
        </Button>
        <Button variant="primary" isBusy>
          Saving
        </Button>
        <Button disabled>Disabled</Button>
      </Row>
      <Row>
        <Button size="small">Small</Button>
        <Button size="large" variant="primary">
          Large
        </Button>
        <ButtonLink>
          <Link to="/design">A link</Link>
        </ButtonLink>
        <IconButton icon={Settings} label="Settings" shortcut="mod+," />
        <IconButton icon={Settings} label="Settings" variant="secondary" />
        <IconButton icon={Settings} label="Settings, chosen" isPressed />
        <IconButton icon={Settings} label="Settings, small" size="small" />
        <CopyButton text="copied" />
        <CopyButton text="copied" label="Copy" />
        <Kbd keys="mod+k" />
      </Row>
    </Sample>
  );
}
