namespace Appliance.Inference;

/// <summary>
/// A fault of the world on the way to a running model: the library, the file or a provider is missing or broken. The message
/// says what to do. Wrong use of the code throws the usual argument exceptions instead.
/// </summary>
public sealed class InferenceException : Exception
{
    public InferenceException(string message)
        : base(message)
    {
    }

    public InferenceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
