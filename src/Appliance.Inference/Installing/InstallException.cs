namespace Appliance.Inference.Installing;

/// <summary>Why a model's file did not get onto the box, for those who act on it.</summary>
public enum InstallFault
{
    /// <summary>The licence must be accepted first.</summary>
    LicenceNotAccepted,

    /// <summary>The catalogue has no address for these bytes: a folder is the way.</summary>
    NoAddress,

    /// <summary>No connection, no certificate that is trusted, or silence.</summary>
    Unreachable,

    /// <summary>The server answered, but not with the file.</summary>
    Refused,

    /// <summary>The server sent us to an address that is not https.</summary>
    InsecureRedirect,

    /// <summary>The connection ended early; what came is kept and the next try goes on from there.</summary>
    Truncated,

    /// <summary>Not as many bytes as the catalogue says.</summary>
    WrongSize,

    /// <summary>Not the bytes that the catalogue means.</summary>
    WrongHash,

    /// <summary>The folder holds no such file.</summary>
    NotInFolder,

    /// <summary>No room in the model store.</summary>
    DiskFull,

    /// <summary>The model store or the folder cannot be read or written.</summary>
    Io,

    /// <summary>The same model is being pulled already.</summary>
    Busy,

    /// <summary>The model ships with the product, is in use, or its file is not this box's own.</summary>
    NotRemovable,
}

/// <summary>A model could not be installed or removed; the message says what to do.</summary>
public sealed class InstallException(InstallFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public InstallFault Fault { get; } = fault;
}
