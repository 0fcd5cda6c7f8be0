using System.IO.Compression;
using Appliance.Capture;
using Appliance.Capture.Photos;
using Appliance.Core.Frames;
using Appliance.Inference;

namespace Appliance.Daemon.Cli.Eval;

/// <summary>Photos by their relative paths, from a folder or straight from a ZIP file. Thread-safe.</summary>
internal sealed class PhotoFolder : IDisposable
{
    private readonly string _path;
    private readonly ZipArchive? _archive;
    private readonly Lock _gate = new();

    public PhotoFolder(string path)
    {
        _path = path;
        if (Directory.Exists(path))
            return;
        if (!File.Exists(path))
            throw new CliException($"{path}: no such folder or ZIP file", ExitCode.Usage);

        try
        {
            _archive = ZipFile.OpenRead(path);
        }
        catch (InvalidDataException error)
        {
            throw new CliException($"{path}: neither a folder nor a ZIP file ({error.Message})", ExitCode.Usage);
        }
    }

    /// <summary>The decoded photo, which the caller disposes.</summary>
    /// <exception cref="InferenceException">It is not there or cannot be decoded.</exception>
    public PooledFrame Read(string name)
    {
        try
        {
            return PhotoDecoder.Decode(Bytes(name));
        }
        catch (Exception error) when (error is CaptureException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new InferenceException($"{name}: {error.Message}", error);
        }
    }

    /// <summary>A text file beside the photos.</summary>
    public string ReadText(string name) => System.Text.Encoding.UTF8.GetString(Bytes(name));

    public void Dispose() => _archive?.Dispose();

    private byte[] Bytes(string name)
    {
        if (_archive is null)
            return File.ReadAllBytes(Path.Combine(_path, name));

        lock (_gate)
        {
            var entry = _archive.GetEntry(name) ?? throw new InferenceException($"{_path} holds no {name}");
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
