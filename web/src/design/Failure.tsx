interface Props {
  readonly title: string;
  readonly message: string;
  readonly onRetry: () => void;
  readonly action?: string;
}

/** Says what could not be done, and offers to try again. */
export function Failure({ title, message, onRetry, action = "Try again" }: Props) {
  return (
    <div className="notice failure" role="alert">
      <h2>{title}</h2>
      <p>{message}</p>
      <button type="button" className="button" onClick={onRetry}>
        {action}
      </button>
    </div>
  );
}
