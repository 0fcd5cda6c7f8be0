namespace Appliance.Capture.Cameras;

/// <summary>
/// Where frames come from. It just runs and throws when it breaks; it never restarts itself. Its thread is its own and may
/// block, but not for long without looking at the token.
/// </summary>
internal interface ICameraSource
{
    /// <summary>Opens, gives frames to <paramref name="feed"/>, and returns at the end of a file.</summary>
    /// <exception cref="CameraFaultException">The camera broke.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> was cancelled.</exception>
    void Run(CameraFeed feed, CancellationToken stopping);
}
