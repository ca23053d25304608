/// The client of one cloud.
public enum Azure {}
