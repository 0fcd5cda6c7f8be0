namespace Appliance.Native.Mosquitto;

/// <summary>What kind of fault ended or prevented a connection.</summary>
public enum MosquittoFault
{
    /// <summary>The library is missing or a setting or file is unusable.</summary>
    Setup,

    /// <summary>Name not resolved, connection refused or lost, no answer.</summary>
    Network,

    /// <summary>Handshake or certificate.</summary>
    Tls,

    /// <summary>User name, password or certificate not accepted (CONNACK 0x86, 0x87, 0x8A, 0x8C).</summary>
    Credentials,

    /// <summary>Refused or ended by the broker for another reason.</summary>
    Refused,
}

/// <summary>A fault of the library, the network or the broker.</summary>
public sealed class MosquittoException(MosquittoFault fault, string message) : Exception(message)
{
    public MosquittoFault Fault { get; } = fault;

    internal static void ThrowIfFailed(int error, string operation)
    {
        if (error != 0)
            throw new MosquittoException(MosquittoFault.Setup, $"{operation}: {MosquittoLibrary.Describe(error)}");
    }
}
