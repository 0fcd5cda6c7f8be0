using System.Security.Cryptography;
using System.Text.Json;
using Appliance.Inference.Catalogue;

namespace Appliance.Inference.Installing;

/// <summary>
/// A model's file on its way into the store: <c>NAME.onnx.part</c>, and beside it which version of it the server was sending
/// (<c>NAME.onnx.part.json</c>), so that a later pull goes on where this one ended. One at a time per model.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private const int NoSpace = 28; // ENOSPC, which .NET hands through as HResult.
    private const int QuotaExceeded = 122; // EDQUOT

    private readonly ModelEntry _model;
    private readonly string _path;
    private readonly FileStream _file;

    private PartFile(ModelEntry model, string path, FileStream file) => (_model, _path, _file) = (model, path, file);

    /// <summary>Bytes that are here.</summary>
    internal long Length => _file.Length;

    /// <summary>The strong validator of the bytes that are here (RFC 9110 §8.8.3); null: they cannot be gone on with.</summary>
    internal string? Tag { get; private set; }

    private string TagPath => _path + ".json";

    /// <exception cref="InstallException">The store cannot be written, or somebody else pulls this model.</exception>
    internal static PartFile Open(string store, ModelEntry model)
    {
        try
        {
            Directory.CreateDirectory(store);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault(error, store);
        }

        var path = Path.Combine(store, model.File + ".part");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new InstallException(InstallFault.Busy, $"{model.Id} is being pulled already ({path})", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault(error, path);
        }

        var part = new PartFile(model, path, file);
        part.Tag = part.ReadTag();
        file.Seek(0, SeekOrigin.End);
        return part;
    }

    /// <summary>Room for the rest, before any of it is fetched.</summary>
    /// <exception cref="InstallException">There is none.</exception>
    internal void NeedRoom()
    {
        var free = new DriveInfo(Path.GetDirectoryName(_path)!).AvailableFreeSpace;
        var needed = _model.Bytes - Length;
        if (free < needed)
        {
            throw new InstallException(
                InstallFault.DiskFull, $"{Path.GetDirectoryName(_path)} has {free} bytes free and {_model.Id} needs {needed} more");
        }
    }

    /// <summary>Starts over with the bytes of this version; null = a version that cannot be gone on with.</summary>
    internal void Restart(string? tag)
    {
        _file.SetLength(0);
        Tag = tag;
        if (tag is null)
            File.Delete(TagPath);
        else
            Try(() => File.WriteAllText(TagPath, JsonSerializer.Serialize(new PartTag(_model.Sha256, tag))));
    }

    /// <exception cref="InstallException">The disk is full or fails.</exception>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file.Write(bytes);
        }
        catch (IOException error)
        {
            throw Fault(error, _path);
        }
    }

    /// <summary>Checks size and hash of what was written and puts it in place in one step.</summary>
    /// <exception cref="InstallException">They are not the catalogue's; nothing is kept then.</exception>
    internal string Finish()
    {
        var target = Path.Combine(Path.GetDirectoryName(_path)!, _model.File);
        Try(() => _file.Flush(flushToDisk: true));
        if (Length != _model.Bytes)
        {
            var length = Length;
            Discard();
            throw new InstallException(
                InstallFault.WrongSize, $"what came is not {_model.Id}: {length} bytes, the catalogue says {_model.Bytes}");
        }

        _file.Position = 0;
        var hash = Convert.ToHexStringLower(SHA256.HashData(_file));
        if (hash != _model.Sha256)
        {
            Discard();
            throw new InstallException(
                InstallFault.WrongHash, $"what came is not {_model.Id}: its SHA-256 is {hash}, the catalogue says {_model.Sha256}; it was thrown away");
        }

        Try(() => File.Move(_path, target, overwrite: true));
        File.Delete(TagPath);
        return target;
    }

    /// <summary>Nothing of it is worth keeping.</summary>
    internal void Discard()
    {
        File.Delete(_path);
        File.Delete(TagPath);
    }

    public void Dispose()
    {
        // What is empty is no start to go on from.
        if (_file.Length == 0)
            Discard();
        _file.Dispose();
    }

    /// <summary>A fault of the disk in words.</summary>
    internal static InstallException Fault(Exception error, string path) => error.HResult is NoSpace or QuotaExceeded
        ? new(InstallFault.DiskFull, $"{Path.GetDirectoryName(path)} is full; what came so far is kept", error)
        : new(InstallFault.Io, $"{path}: {error.Message}", error);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault(error, _path);
        }
    }

    private string? ReadTag()
    {
        try
        {
            return File.Exists(TagPath) && JsonSerializer.Deserialize<PartTag>(File.ReadAllText(TagPath)) is { } tag && tag.Sha256 == _model.Sha256
                ? tag.Tag
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private sealed record PartTag(string Sha256, string Tag);
}
