namespace Appliance.Capture;

/// <summary>A fault of the world outside: a camera, a file, a broken stream. The message says what to do.</summary>
public class CaptureException(string message, Exception? inner = null) : Exception(message, inner);
