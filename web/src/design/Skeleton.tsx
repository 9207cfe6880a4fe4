/** Grey shapes in place of what is being fetched. */
export function Skeleton({ shape, count = 6 }: { shape: "page" | "cards" | "lines"; count?: number }) {
  const bars = Array.from({ length: shape === "page" ? 3 : count }, (_, index) => <span key={index} className="bone" />);
  return (
    <div className={`skeleton skeleton-${shape}`} role="status">
      <span className="visually-hidden">Loading</span>
      {bars}
    </div>
  );
}
