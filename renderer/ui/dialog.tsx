import { Modal } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ReactNode } from "react";

interface DialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly width: number;
  readonly children: ReactNode;
}

/** A question over the screen. Its head is no page header, so that the window has one only. */
export function Dialog({ opened, onClose, title, width, children }: DialogProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={width} centered transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body>
          <div className="dialog-head">
            <h2>{title}</h2>
            <button type="button" aria-label="Close" onClick={onClose}>
              <IconX size={16} aria-hidden />
            </button>
          </div>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
