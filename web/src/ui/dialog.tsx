// A question over the page that names what will happen.
import type { ReactNode } from 'react';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

type QuestionProps = {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  actions: ReactNode;
};

export function Question({ title, open, onClose, children, actions }: QuestionProps) {
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={(shown) => !shown && onClose()}
      isDismissable
      className="fixed inset-0 z-40 grid place-items-center bg-ink/30 p-4 transition-opacity duration-150 data-[entering]:opacity-0 data-[exiting]:opacity-0 dark:bg-black/60"
    >
      <Modal className="w-full max-w-md rounded-card border border-line bg-surface p-6 shadow-pop">
        <Dialog role="alertdialog" className="flex flex-col gap-4 outline-none">
          <Heading slot="title" level={2} className="text-xl font-semibold">
            {title}
          </Heading>
          <div className="text-soft">{children}</div>
          <div className="mt-2 flex flex-wrap justify-end gap-2">{actions}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
