using System.Runtime.InteropServices;

namespace Appliance.Native.Gpio;

/// <summary>The kernel refused: no such chip, line in use by someone else, device gone.</summary>
public sealed class GpioException(string operation, int errno)
    : Exception($"{operation}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    /// <summary>Number of the error, as in errno.h.</summary>
    public int Errno { get; } = errno;

    internal static int ThrowIfFailed(int result, string operation) =>
        result >= 0 ? result : throw new GpioException(operation, Marshal.GetLastPInvokeError());
}
