import styles from './announcement.module.css'

interface AnnouncementProps {
  /** It stands on the page as well. */
  isSeen?: boolean
  children: string
}

/** Told by screen readers whenever it becomes another, and not seen: for what the eye gathers from bars and colours. */
export function Announcement({ isSeen = false, children }: AnnouncementProps) {
  return (
    <p role="status" className={isSeen ? styles.seen : styles.unseen}>
      {children}
    </p>
  )
}
